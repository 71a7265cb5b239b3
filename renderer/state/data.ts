import { useQuery } from '@tanstack/react-query'
import type { DataOverview } from '../../common/api/data.ts'
import { untilBack } from './live.ts'
import { query } from './transport.ts'

/** Everything of the data market that is this person's, as it changes. */
export const useData = (): DataOverview | undefined =>
  useQuery(query.data.watch.experimental_liveOptions({ ...untilBack, refetchOnMount: 'always' })).data
