import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import { until } from '../support/market.ts'
import { World } from '../support/processes.ts'

let world: World
let me: Api

beforeAll(async () => {
  world = new World()
  me = await world.api(await world.serve('me', 'embedded', false))
})
afterAll(() => world[Symbol.asyncDispose]())

const listens = (at: string): Promise<unknown> =>
  until(`a node at ${at}`, async () => {
    const { peer } = await me.system.overview({})
    return peer?.addresses.some((address) => address.startsWith(at)) && peer.peerId
  })

test('where a node listens changes while the host runs, under the same key; what is no address is refused', async () => {
  const before = await listens('/ip4/127.0.0.1/')
  const { peer } = await me.system.settings({})
  await me.system.changeSettings({ peer: { ...peer, listen: ['/ip4/127.0.0.2/tcp/0'] } })
  expect(await listens('/ip4/127.0.0.2/')).toBe(before)
  for (const change of [{ listen: ['127.0.0.1:4001'] }, { relays: ['/ip4/127.0.0.1/tcp/1'] }])
    await expect(me.system.changeSettings({ peer: { ...peer, ...change } })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    })
  expect((await me.system.settings({})).peer.listen).toEqual(['/ip4/127.0.0.2/tcp/0'])
})
