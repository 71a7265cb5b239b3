import { implement } from '@orpc/server'
import { tasksContract } from '../../common/api/tasks.ts'
import { watch } from '../core/watch.ts'
import type { Services } from '../host/services.ts'
import type { CallContext } from './context.ts'

/** The task centre: from the contract to the job runner. */
export function tasksHandlers({ runner }: Pick<Services, 'runner'>) {
  const os = implement(tasksContract).$context<CallContext>()
  return {
    list: os.list.handler(() => runner.list()),
    watch: os.watch.handler(({ signal }) =>
      watch(
        (changed) => runner.events.on('changed', changed),
        () => runner.list(),
        signal,
      ),
    ),
    log: os.log.handler(({ input }) => runner.log(input.id)),
    pause: os.pause.handler(async ({ input }) => (await runner.pause(input.id), {})),
    resume: os.resume.handler(({ input }) => (runner.resume(input.id), {})),
    cancel: os.cancel.handler(async ({ input }) => (await runner.cancel(input.id), {})),
  }
}
