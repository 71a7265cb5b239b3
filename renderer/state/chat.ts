import { useQuery } from '@tanstack/react-query'
import type { ChatPulse } from '../../common/api/chat.ts'
import type { ModelsOverview } from '../../common/api/models.ts'
import type { StyleOverview } from '../../common/api/style.ts'
import type { Avatar, Chat, Moment, ShownMessage } from '../../common/model/chat.ts'
import type { MemoryItem } from '../../common/model/memory.ts'
import { untilBack } from './live.ts'
import { query } from './transport.ts'

const keepOld = { placeholderData: <T>(old: T) => old }

/** What is going on in one chat, or in all where there is none to look at. */
export const usePulse = (chat: number | null): ChatPulse | undefined =>
  useQuery(query.chat.watch.experimental_liveOptions({ input: { chat }, ...untilBack, refetchOnMount: 'always' })).data

/** @param changes of the pulse: read anew when it grows */
export const useAvatars = (changes: number | undefined): Avatar[] | undefined =>
  useQuery({
    ...query.chat.avatars.queryOptions(),
    ...untilBack,
    ...keepOld,
    queryKey: [...query.chat.avatars.key(), changes],
  }).data

export function useChats(text: string, changes: number | undefined): Chat[] | undefined {
  const input = { text }
  return useQuery({
    ...query.chat.list.queryOptions({ input }),
    ...untilBack,
    ...keepOld,
    queryKey: [...query.chat.list.key({ input }), changes],
  }).data
}

export function useChat(
  chat: number,
  changes: number | undefined,
): { data: { chat: Chat; messages: ShownMessage[] } | undefined; error: unknown } {
  const input = { chat }
  const { data, error } = useQuery({
    ...query.chat.get.queryOptions({ input }),
    ...keepOld,
    queryKey: [...query.chat.get.key({ input }), changes],
  })
  return { data: data?.chat.id === chat ? data : undefined, error }
}

/** The messages that an answer was given to read, by their numbers. */
export const useNotes = (numbers: readonly number[]): MemoryItem[] | undefined =>
  useQuery({
    ...query.chat.notes.queryOptions({ input: { numbers: [...numbers] } }),
    ...untilBack,
    enabled: numbers.length > 0,
  }).data

/** The same, each among those around it. */
export const useMoments = (numbers: readonly number[]): Moment[] | undefined =>
  useQuery({
    ...query.chat.moments.queryOptions({ input: { numbers: [...numbers] } }),
    ...untilBack,
    enabled: numbers.length > 0,
  }).data

export const useStyles = (): StyleOverview | undefined =>
  useQuery(query.style.watch.experimental_liveOptions({ ...untilBack, refetchOnMount: 'always' })).data

export const useModels = (): ModelsOverview | undefined =>
  useQuery(query.models.watch.experimental_liveOptions({ ...untilBack, refetchOnMount: 'always' })).data
