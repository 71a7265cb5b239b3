import { expect, test } from 'vitest'
import { field, framed } from '../../../test/support/wire-messages.ts'
import { dhtComponents, DHT_PROTOCOL, type DhtComponents } from './dht.ts'

/** A stream as the library has it, as far as it is looked at. */
function stream() {
  const seen = { bytes: 0, ended: null as Error | null }
  return {
    seen,
    readBuffer: new Uint8Array(),
    onData: (data: Uint8Array) => void (seen.bytes += data.length),
    abort: (error: Error) => void (seen.ended = error),
  }
}
const peers = (count: number): Buffer =>
  framed(Buffer.concat(Array.from({ length: count }, () => field(8, field(1, Buffer.alloc(3))))))

/** What a DHT opens to ask others, and what others open to ask it. */
function both() {
  const [answers, asked] = [stream(), stream()]
  const served: string[] = []
  let handler: (opened: unknown, connection: unknown) => unknown = () => {}
  const components = dhtComponents(
    {
      registrar: {
        handle: async (_: string, given: typeof handler) => void (handler = given),
        here: () => 'registrar',
      },
      connectionManager: { openStream: async () => answers, here: () => 'manager' },
      peerId: 'ours',
    } as unknown as DhtComponents,
    (peer, run) => (served.push(peer), run()),
  )
  return { components, answers, asked, served, ask: () => handler(asked, { remotePeer: 'stranger' }) }
}

test.each(['asked', 'answers'] as const)(
  'messages of the DHT that are %s pass where they are modest, and end their stream where not',
  async (way) => {
    const { components, served, ask, ...streams } = both()
    await components.registrar.handle(DHT_PROTOCOL, () => {})
    await ask()
    await components.connectionManager.openStream({} as never, DHT_PROTOCOL)
    expect(served).toEqual(['stranger'])
    const given = streams[way]
    const { seen } = given
    const modest = peers(40)
    given.onData(modest)
    expect(seen).toEqual({ bytes: modest.length, ended: null })
    given.onData(peers(20_000))
    expect(seen.bytes).toBe(modest.length)
    expect(seen.ended?.message).toContain('parts')
  },
)

test('all else of a DHT’s components is as it was', () => {
  const { components } = both()
  expect(components.peerId).toBe('ours')
  const { registrar, connectionManager } = components as unknown as Record<string, { here: () => string }>
  expect([registrar!.here(), connectionManager!.here()]).toEqual(['registrar', 'manager'])
})
