import { useQuery } from '@tanstack/react-query'
import type { AvatarOverview } from '../../common/api/avatar.ts'
import { untilBack } from './live.ts'
import { query } from './transport.ts'

/** What is remembered here and what is being read, as it changes. */
export const useAvatar = (): AvatarOverview | undefined => useQuery(query.avatar.watch.experimental_liveOptions({ ...untilBack, refetchOnMount: 'always' })).data
