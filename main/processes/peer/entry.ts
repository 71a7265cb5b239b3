import { peerContract, type Inbound } from '../../../common/children/peer.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { implement, serveChild } from '../../core/processes/child-frame.ts'
import { keepHeapTight } from '../inbound/tight-heap.ts'
import type { Frame } from './frames.ts'
import { PeerNode } from './node.ts'

keepHeapTight()
const waiting = new Map<number, (frame: Frame) => void>()
const queue: (Inbound | { gone: number })[] = []
let wake: (() => void) | undefined
let nextId = 1
let node: PeerNode | undefined

const encode = (body: Uint8Array | null): string | null => (body ? Buffer.from(body).toString('base64') : null)
const decode = (body: string | null): Uint8Array | null => (body === null ? null : Buffer.from(body, 'base64'))

/**
 * Hands a request to the host and waits for its answer; a host that gives none is waited for no longer than the peer.
 */
function askHost(protocol: string, peerId: string, frame: Frame, signal: AbortSignal): Promise<Frame> {
  const id = nextId++
  const { promise, resolve, reject } = Promise.withResolvers<Frame>()
  const giveUp = (): void => {
    queue.push({ gone: id })
    wake?.()
    reject(new Error('the asker left, or the host gave no answer in time'))
  }
  signal.addEventListener('abort', giveUp, { once: true })
  waiting.set(id, resolve)
  queue.push({ id, protocol, peerId, message: frame.message, body: encode(frame.body) })
  wake?.()
  return promise.finally(() => {
    signal.removeEventListener('abort', giveUp)
    waiting.delete(id)
  })
}

function started(): PeerNode {
  if (!node) throw new HearthError('ENGINE_GONE', 'the peer node has not been started')
  return node
}

const os = implement(peerContract)
serveChild(
  os.router({
    start: os.start.handler(async ({ input }) => {
      node ??= await PeerNode.start(input, askHost)
      return node.status()
    }),
    status: os.status.handler(() => started().status()),
    probe: os.probe.handler(async ({ input }) => ({ problem: await started().probe(input.protocol) })),
    request: os.request.handler(async ({ input }) => {
      const answer = await started().request(
        input,
        { message: input.message, body: decode(input.body) },
        input.timeoutMs,
      )
      return { message: answer.message, body: encode(answer.body) }
    }),
    inbound: os.inbound.handler(async function* ({ signal }) {
      signal?.addEventListener('abort', () => wake?.())
      while (!signal?.aborted) {
        const next = queue.shift()
        if (next) yield next
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    }),
    answer: os.answer.handler(({ input }) => {
      waiting.get(input.id)?.({ message: input.message, body: decode(input.body) })
      return {}
    }),
  }),
)
