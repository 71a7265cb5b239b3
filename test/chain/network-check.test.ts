import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import { practiceContracts } from '../../main/features/chain/index.ts'
import { World } from '../support/processes.ts'

let world: World
let me: Api
let description: Record<string, unknown>

beforeAll(async () => {
  world = new World()
  const { rpcUrl } = (await world.chain()).ready
  me = await world.api(await world.serve('me', 'embedded', false))
  description = {
    name: 'Ours',
    rpcUrl,
    chainId: 31_337,
    contracts: practiceContracts,
    fromBlock: 0,
    confirmations: 12,
    witnesses: [rpcUrl],
  }
})
afterAll(() => world[Symbol.asyncDispose]())

const check = (change: Record<string, unknown> = {}) =>
  me.network.check({ description: JSON.stringify({ ...description, ...change }) })
const settings = (): unknown => JSON.parse(readFileSync(join(world.folder, 'me', 'config.json'), 'utf8'))

test('a network is asked what it is before anything is changed, and then holds from the next start', async () => {
  const before = settings()
  const report = await check()
  expect(report).toMatchObject({ coin: { name: 'Hearth practice coin' }, network: { kind: 'custom', name: 'Ours' } })
  expect(report.head).toBeGreaterThan(0)
  expect(settings()).toEqual(before)
  await me.network.use({ network: report.network })
  expect(settings()).toMatchObject({ network: { kind: 'custom', name: 'Ours', confirmations: 12 } })
  expect((await me.system.overview({})).network.practice).toBe(true)
  await me.network.use({ network: { kind: 'practice', rpcUrl: null } })
  expect(settings()).toMatchObject({ network: { kind: 'practice' } })
})

const { market, ledger, coin } = practiceContracts
test.each([
  ['another chain', { chainId: 1 }, 'WRONG_CHAIN'],
  ['an endpoint that is none', { rpcUrl: 'http://127.0.0.1:1' }, 'NETWORK_DOWN'],
  [
    'an address without a contract',
    { contracts: { ...practiceContracts, jury: `0x${'11'.repeat(20)}` } },
    'NO_CONTRACTS',
  ],
  [
    'contracts in each other’s place',
    { contracts: { ...practiceContracts, market: ledger, ledger: market } },
    'NO_CONTRACTS',
  ],
  ['a ledger of another coin', { contracts: { ...practiceContracts, coin: market } }, 'NO_CONTRACTS'],
  ['a coin in the market’s place', { contracts: { ...practiceContracts, market: coin } }, 'NO_CONTRACTS'],
  ['a field that is not known', { feeCapp: '1' }, 'BAD_INPUT'],
  ['a practice network', { kind: 'practice', rpcUrl: null }, 'BAD_INPUT'],
])('%s is refused with the reason', async (_, change, code) => {
  const before = settings()
  await expect(check(change)).rejects.toMatchObject({ code })
  expect(settings()).toEqual(before)
})

test('what is no JSON is refused with the reason', async () => {
  await expect(me.network.check({ description: '{"name": "Ours",}' })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringContaining('this describes no network'),
  })
})
