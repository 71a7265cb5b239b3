import { implement } from '@orpc/server'
import { tasksContract } from '../../common/api/tasks.ts'
import { watch } from '../core/watch.ts'
import type { CallContext } from '../core/call-context.ts'
import type { JobRunner } from '../core/job-runner/index.ts'

/** The task centre: from the contract to the job runner. */
export function tasksHandlers({ runner }: { readonly runner: JobRunner }) {
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
