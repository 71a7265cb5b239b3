import { expect, test } from 'vitest'
import { until } from '../support/market.ts'
import { World } from '../support/processes.ts'
import { Stranger } from '../support/stranger.ts'

const PATIENCE_MS = 150_000

test(
  'a peer node that hears nobody is known to be deaf, and is started again by its host',
  { timeout: 200_000 },
  async () => {
    await using world = new World()
    const api = await world.api(await world.serve('deaf', 'embedded'))
    const peer = await until('the node', async () => (await api.system.overview({})).peer)
    expect(peer.problem).toBeNull()
    const deaf = (await api.system.health({})).children.peer
    if (!deaf) throw new Error('there is no peer process')
    process.kill(deaf, 'SIGSTOP')
    const problem = await until('the problem', async () => (await api.system.overview({})).peer?.problem, PATIENCE_MS)
    expect(problem).toContain('does not answer')
    expect((await api.doctor.gates({})).find(({ name }) => name === 'peer')).toMatchObject({
      state: 'blocked',
      value: { code: 'plain', args: { text: problem } },
    })
    const fresh = await until(
      'a node that answers',
      async () => {
        const { peer: now } = await api.system.overview({})
        return now?.problem === null && (await api.system.health({})).children.peer !== deaf ? now : null
      },
      PATIENCE_MS,
    )
    await using stranger = await Stranger.arrive(fresh.addresses[0] ?? '')
    expect(await stranger.say('order/3', '{}')).toMatchObject({ error: 'BAD_MESSAGE' })
  },
)
