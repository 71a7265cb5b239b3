import { useQuery } from '@tanstack/react-query'
import type { RunRow } from '../../common/api/training.ts'
import { untilBack } from './live.ts'
import { query } from './transport.ts'

/** Training runs as they change. The stream ends with the screen that shows it, so the next one opens its own. */
export const useRuns = (): readonly RunRow[] | undefined =>
  useQuery(query.training.watchRuns.experimental_liveOptions({ ...untilBack, refetchOnMount: 'always' })).data
