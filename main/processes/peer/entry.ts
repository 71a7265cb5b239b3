import { peerContract } from '../../../common/children/peer.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { implement, serveChild } from '../../core/processes/child-frame.ts'
import { PeerNode } from './node.ts'
import type { Frame } from './order-protocol.ts'

interface Inbound {
  id: number
  peerId: string
  message: Record<string, unknown>
  body: string | null
}

const MAX_WAITING = 64
const waiting = new Map<number, (frame: Frame) => void>()
const queue: Inbound[] = []
let wake: (() => void) | undefined
let nextId = 1
let node: PeerNode | undefined

const encode = (body: Uint8Array | null): string | null => (body ? Buffer.from(body).toString('base64') : null)
const decode = (body: string | null): Uint8Array | null => (body === null ? null : Buffer.from(body, 'base64'))

/** Hands a request to the host and waits for its answer. Beyond a bounded backlog peers are told to come back. */
function askHost(peerId: string, frame: Frame): Promise<Frame> {
  if (waiting.size >= MAX_WAITING) return Promise.resolve({ message: { error: 'BUSY' }, body: null })
  const id = nextId++
  return new Promise((resolve) => {
    waiting.set(id, resolve)
    queue.push({ id, peerId, message: frame.message, body: encode(frame.body) })
    wake?.()
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
    request: os.request.handler(async ({ input }) => {
      const answer = await started().request(
        input.peerId,
        input.addresses,
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
      waiting.delete(input.id)
      return {}
    }),
  }),
)
