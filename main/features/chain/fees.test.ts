import { describe, expect, test } from 'vitest'
import { feesFor, highestFee } from './fees.ts'
import type { RpcHeader } from './rpc.ts'
import { Witnesses } from './witnesses.ts'

const GWEI = 10n ** 9n
const GAS = 60_000n
const hash = (byte: string): string => `0x${byte.repeat(32)}`
const header = (number: number, fork = '00'): RpcHeader => ({
  number,
  hash: hash(fork),
  parentHash: hash('00'),
  timestamp: 0,
  baseFeePerGas: GWEI,
})

interface Endpoint {
  readonly tip?: bigint
  readonly tips?: readonly bigint[]
  readonly base?: bigint
}
const endpoint = ({ tip = GWEI, tips = [GWEI], base = GWEI }: Endpoint) => ({
  header: () => Promise.resolve({ ...header(100), baseFeePerGas: base }),
  priorityFee: () => Promise.resolve(tip),
  tips: () => Promise.resolve([...tips]),
})
const network = (first: Endpoint, ...others: readonly Endpoint[]) => ({
  feeCap: 10n ** 16n,
  rpc: endpoint(first),
  witnesses: others.map(endpoint),
})

describe('an endpoint that asks for a tip of 100,000 gwei', () => {
  const asked = 100_000n * GWEI

  test('is paid three times what is usual', async () => {
    const { maxPriorityFeePerGas } = await feesFor(
      network({ tip: asked, tips: [GWEI, 2n * GWEI, 90_000n * GWEI] }),
      GAS,
      10n ** 18n,
    )
    expect(maxPriorityFeePerGas).toBe(6n * GWEI)
  })

  test.each([
    ['where blocks are empty', network({ tip: asked, tips: [] })],
    [
      'where another endpoint asks for less, though the history is a lie as well',
      network({ tip: asked, tips: [asked] }, { tip: GWEI }),
    ],
  ])('is paid a gwei %s', async (_, lying) => {
    expect((await feesFor(lying, GAS, 10n ** 18n)).maxPriorityFeePerGas).toBe(GWEI)
  })

  test('is paid nothing by a step that nobody confirms, though its history is a lie as well', async () => {
    await expect(highestFee(network({ tip: asked, tips: [asked] }), GAS, false)).rejects.toMatchObject({
      code: 'FEE_ABOVE_LIMIT',
      message: expect.stringContaining('tried again'),
    })
  })

  test('is paid nothing by a person either, beyond ten times the cap', async () => {
    await expect(highestFee(network({ tip: asked, tips: [asked] }), GAS, true)).rejects.toMatchObject({
      code: 'FEE_ABOVE_LIMIT',
    })
  })
})

describe('the highest fee', () => {
  test('of a step that follows by itself is the network’s cap, and a person may agree to more', async () => {
    // 72,000 gas at 201 gwei is above the cap of 0.01, and below ten times that.
    const dear = network({ base: 100n * GWEI })
    await expect(highestFee(dear, GAS, false)).rejects.toMatchObject({ code: 'FEE_ABOVE_LIMIT' })
    expect(await highestFee(dear, GAS, true)).toBe(2n * 72_000n * 201n * GWEI)
    // With a base fee of 60 gwei the estimate fits, its double does not.
    expect(await highestFee(network({ base: 60n * GWEI }), GAS, false)).toBe(10n ** 16n)
  })
})

describe('endpoints of one network', () => {
  const source = (chainId: number, head: number, forkAt = Infinity) => ({
    chainId: () => Promise.resolve(chainId),
    header: (at: number | 'latest') => {
      const number = at === 'latest' ? head : at
      return Promise.resolve(header(number, number >= forkAt ? 'ff' : '00'))
    },
  })
  const silent = { chainId: () => Promise.reject(new Error('down')), header: () => Promise.reject(new Error('down')) }
  const witnesses = (...others: readonly ReturnType<typeof source>[]) =>
    new Witnesses({ chainId: 1, confirmations: 12, rpc: source(1, 1_000), witnesses: others })

  test('that say the same are counted; one that does not answer says nothing', async () => {
    const both = witnesses(source(1, 1_003), silent)
    await both.compare(1_000)
    expect(both.agreeing).toBe(1)
  })

  test('may differ about what is not final yet', async () => {
    await expect(witnesses(source(1, 1_000, 995)).compare(1_000)).resolves.toBeUndefined()
  })

  test.each([
    ['another chain', source(5, 1_000)],
    ['another block that should be final', source(1, 1_000, 900)],
    ['a head that is far ahead', source(1, 1_100)],
    ['a head that is far behind', source(1, 900)],
  ])('are said to differ: %s', async (_, other) => {
    await expect(witnesses(source(1, 1_000), other).compare(1_000)).rejects.toMatchObject({ code: 'ENDPOINTS_DIFFER' })
  })
})
