import { Socket } from 'node:net'
import { implement, onError, ORPCError } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { HearthError } from '../../../common/errors/index.ts'
import { isDamaged } from '../db/is-damaged.ts'
import { keepFilesPrivate } from '../private-files.ts'
import { eachStep } from '../streams.ts'
import { PIPE, pipePort } from './pipe-port.ts'
import type { Port } from './spawner.ts'

/** Maps what a handler throws to what crosses the border: {code, message, data}, never a stack. */
function toRpcError(error: unknown): never {
  if (error instanceof HearthError)
    throw new ORPCError(error.code, { message: error.message, data: error.details, cause: error })
  if (isDamaged(error))
    throw new ORPCError('DATABASE_CORRUPT', {
      message: 'its database is damaged and was left as it is; what is damaged cannot be read',
      cause: error,
    })
  // The system's limit is met before the host looks.
  if (error instanceof RangeError && /allocation failed/i.test(error.message))
    throw new ORPCError('MEMORY_FULL', { message: 'this needs more memory than it may have', cause: error })
  // Nobody expected it: the other side learns no more than that, and the host's log has what happened.
  if (!(error instanceof ORPCError) && (error as Error).name !== 'AbortError')
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  throw error
}

/**
 * Hands over one message a turn of the event loop. oRPC decodes a request in more steps than an abort, so an abort read
 * in the same turn as its own request would overtake it and be lost, and the child would work on for nobody.
 */
export function oneATurn(port: Port): Port {
  let last = Promise.resolve()
  return {
    postMessage: (message) => port.postMessage(message),
    on: (event, listener) =>
      port.on(event, (message) => {
        last = last.then(() => {
          listener(message)
          return new Promise((resolve) => setImmediate(resolve))
        })
      }),
  }
}

/**
 * Runs a child process: answers its contract on the parent's port and ends when the parent does. An orphan would hold
 * files and the processor that the next host needs.
 */
export function serveChild(router: ConstructorParameters<typeof RPCHandler>[0]): void {
  keepFilesPrivate()
  const port = pipePort(new Socket({ fd: PIPE, readable: true, writable: true }), () => process.exit(1))
  port.on('close', () => process.exit(0))
  childHandler(router).upgrade(oneATurn(port))
}

/** Answers with what handlers and their streams throw, as {code, message, data}. */
export const childHandler = (router: ConstructorParameters<typeof RPCHandler>[0]): RPCHandler<Record<never, never>> =>
  new RPCHandler(router, {
    clientInterceptors: [
      onError(toRpcError),
      async (call) => eachStep(await call.next(), (step) => step.catch(toRpcError)),
    ],
  })

export { implement }
