import { useQuery } from '@tanstack/react-query'
import type { Task } from '../../common/api/tasks.ts'
import { untilBack } from './live.ts'
import { query } from './transport.ts'

/** Long work of this machine as it changes. The stream ends with the screen that shows it. */
export const useTasks = (): readonly Task[] | undefined =>
  useQuery(query.tasks.watch.experimental_liveOptions({ ...untilBack, refetchOnMount: 'always' })).data
