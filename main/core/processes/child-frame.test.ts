import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { eventIterator, oc, type ContractRouterClient } from '@orpc/contract'
import { implement } from '@orpc/server'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { childHandler, oneATurn } from './child-frame.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Port } from './spawner.ts'

type Listener = (event?: { data: unknown }) => void

/** Two ends of a line. What goes to the second is held until it is released, all in one turn, as after a slow start. */
function heldLine() {
  const listeners: { near: Listener[]; far: Listener[] } = { near: [], far: [] }
  const held: unknown[] = []
  const near: Port = {
    on: (event, listener) => void (event === 'message' && listeners.near.push(listener)),
    postMessage: (data) => void held.push(data),
  }
  const far: Port = {
    on: (event, listener) => void (event === 'message' && listeners.far.push(listener)),
    postMessage: (data) => queueMicrotask(() => listeners.near.forEach((hear) => hear({ data }))),
  }
  return {
    near,
    far,
    held,
    release: () => held.splice(0).forEach((data) => listeners.far.forEach((hear) => hear({ data }))),
  }
}

test('a call that is aborted before its child has read it is aborted in the child too', async () => {
  const contract = { work: oc.input(z.object({ job: z.number() })).output(eventIterator(z.number())) }
  const line = heldLine()
  const begun = Promise.withResolvers<AbortSignal>()
  const handler = implement(contract).work.handler(({ signal }) => {
    begun.resolve(signal!)
    return (async function* () {
      yield 1
      // Works on for as long as nobody ends it.
      await new Promise<void>((resolve) => signal!.addEventListener('abort', () => resolve()))
    })()
  })
  childHandler(implement(contract).router({ work: handler })).upgrade(oneATurn(line.far))
  const client: ContractRouterClient<typeof contract> = createORPCClient(new RPCLink({ port: line.near }))

  const controller = new AbortController()
  const call = client.work({ job: 1 }, { signal: controller.signal }).then(async (stream) => stream.next())
  await expect.poll(() => line.held.length).toBe(1)
  controller.abort()
  await expect(call).rejects.toThrow()
  expect(line.held).toHaveLength(2)
  line.release()
  const signal = await begun.promise
  await expect.poll(() => signal.aborted).toBe(true)
})

test('what a stream throws half way keeps its code and its words', async () => {
  const contract = { work: oc.output(eventIterator(z.number())) }
  const line = heldLine()
  const handler = implement(contract).work.handler(async function* () {
    yield 1
    throw new HearthError('DATASET_BROKEN', 'row 7 is cut short', { row: 7 })
  })
  childHandler(implement(contract).router({ work: handler })).upgrade(oneATurn(line.far))
  const client: ContractRouterClient<typeof contract> = createORPCClient(new RPCLink({ port: line.near }))
  const opening = client.work({})
  await expect.poll(() => line.held.length).toBe(1)
  line.release()
  const stream = await opening
  expect(await stream.next()).toMatchObject({ value: 1 })
  await expect(stream.next()).rejects.toMatchObject({
    code: 'DATASET_BROKEN',
    message: 'row 7 is cut short',
    data: { row: 7 },
  })
})
