import { useQuery } from '@tanstack/react-query'
import type { AvatarOverview } from '../../common/api/avatar.ts'
import type { EmbedderOverview } from '../../common/api/embedder.ts'
import { untilBack } from './live.ts'
import type { Biography } from '../../common/model/memory.ts'
import type { FactState } from '../../common/model/fact-state.ts'
import { query } from './transport.ts'

/** What is remembered here and what is being read, as it changes. */
export const useAvatar = (): AvatarOverview | undefined =>
  useQuery(query.avatar.watch.experimental_liveOptions({ ...untilBack, refetchOnMount: 'always' })).data

/** The model that memories are found by, and how far it has read. */
export const useEmbedder = (): EmbedderOverview | undefined =>
  useQuery(query.embedder.watch.experimental_liveOptions({ ...untilBack, refetchOnMount: 'always' })).data

/** One page of facts, read anew when any of them changes; undefined while it is read. */
export function useFacts(state: FactState, offset: number) {
  const changes = useAvatar()?.changes
  const input = { state, offset }
  return useQuery({
    ...query.avatar.facts.queryOptions({ input }),
    ...untilBack,
    queryKey: [...query.avatar.facts.key({ input }), changes],
    placeholderData: (old) => old,
  }).data
}

/** Topics and months, read anew when anything was sorted; undefined while they are read. */
export function useTopics() {
  const changes = useAvatar()?.changes
  return useQuery({
    ...query.avatar.topics.queryOptions(),
    ...untilBack,
    queryKey: [...query.avatar.topics.key(), changes],
    placeholderData: (old) => old,
  }).data
}

export function useBiography(): Biography | undefined {
  const changes = useAvatar()?.changes
  return useQuery({
    ...query.avatar.biography.queryOptions(),
    ...untilBack,
    queryKey: [...query.avatar.biography.key(), changes],
    placeholderData: (old) => old,
  }).data
}
