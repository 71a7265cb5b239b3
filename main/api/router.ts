import { implement, onError, type Router } from '@orpc/server'
import { api } from '../../common/api/index.ts'
import type { CallContext } from '../core/call-context.ts'
import type { Log } from '../core/log/log.ts'
import { eachStep } from '../core/streams.ts'
import { mapError } from './errors.ts'

export type HostRouter = Router<typeof api, CallContext>

/** The whole API, of the handlers that the features give; one that is missing does not compile. */
export function createRouter(handlers: HostRouter, log: Log): HostRouter {
  return implement(api)
    .$context<CallContext>()
    .use(onError((error) => mapError(error, log)))
    .use(async ({ next }) => {
      const { output, ...rest } = await next()
      return { ...rest, output: eachStep(output, (step) => step.catch((error: unknown) => mapError(error, log))) }
    })
    .router(handlers)
}
