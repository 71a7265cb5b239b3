import { describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import type { Answers, OpenRoute, PartyRoute, PartyService } from './route.ts'
import { RouteTable } from './route-table.ts'

const limits = { messageBytes: 1000, bodyBytes: 10, concurrent: 1 }
const messages = {
  add: { request: z.strictObject({ amount: z.int() }), answer: z.strictObject({ sum: z.int() }) },
  put: { request: z.strictObject({}), answer: z.strictObject({ bytes: z.int() }), body: 'request' },
  get: { request: z.strictObject({}), answer: z.strictObject({}), body: 'answer' },
} as const
const partyRoute: PartyRoute<{ account: number }, typeof messages> = {
  caller: 'party',
  limits: { ...limits, protocol: 'toy/1', perMinute: null },
  subject: z.strictObject({ account: z.int() }),
  messages,
}
const openRoute: OpenRoute<Pick<typeof messages, 'add'>> = {
  caller: 'anybody',
  limits: { ...limits, protocol: 'open/1', perMinute: { requests: 1, bytes: 1 } },
  messages: { add: messages.add },
}
const record = { wallet: `0x${'aa'.repeat(20)}`, peer: `0x${'bb'.repeat(32)}`, expires: 1, signature: '0x00' }
const subject = { account: 7 }

function toy(now?: () => number) {
  const walletOf = vi.fn((proof: typeof record) => {
    if (proof.signature !== '0x00') throw new HearthError('RECORD_INVALID', 'forged')
    return proof.wallet
  })
  const party = vi.fn(({ account }: { account: number }, wallet: string) => {
    if (account !== 7) throw new HearthError('NOT_A_PARTY', 'not yours')
    return { balance: 40, wallet }
  })
  const answers: Answers<typeof messages, { balance: number; wallet: string }> = {
    add: async ({ message, party: { balance } }) => ({ message: { sum: balance + message.amount } }),
    put: async ({ body }) => ({ message: { bytes: body?.length ?? 0 } }),
    get: async () => ({ message: {}, body: Buffer.from('abc') }),
  }
  const service: PartyService<{ account: number }, typeof messages, { balance: number; wallet: string }> = {
    party,
    answers,
  }
  const table = new RouteTable(walletOf, now)
  table.addParty(partyRoute, service)
  table.addOpen(openRoute, { add: async ({ message }) => ({ message: { sum: message.amount } }) })
  const say = (message: Record<string, unknown>, { protocol = 'toy/1', peerId = 'peer', body = '' } = {}) =>
    table.answer({
      protocol,
      peerId,
      key: 'key',
      message,
      body: body ? Buffer.from(body) : null,
      gone: new AbortController().signal,
    })
  return { table, say, walletOf, party }
}
const code = (name: string) => expect.objectContaining({ code: name }) as Error

describe('a route', () => {
  test('hands a typed request of a party to its handler, and back what that says', async () => {
    const { say, table } = toy()
    expect(await say({ type: 'add', subject, record, amount: 2 })).toEqual({ message: { sum: 42 }, body: null })
    expect(await say({ type: 'put', subject, record }, { body: 'four' })).toMatchObject({ message: { bytes: 4 } })
    expect(await say({ type: 'get', subject, record })).toEqual({ message: {}, body: Buffer.from('abc') })
    expect(await say({ type: 'add', amount: 1 }, { protocol: 'open/1' })).toMatchObject({ message: { sum: 1 } })
    expect(table.limits.map(({ protocol }) => protocol)).toEqual(['toy/1', 'open/1'])
  })

  test.each<[string, Record<string, unknown>, { protocol?: string; body?: string }]>([
    ['an unknown route', { type: 'add', subject, record, amount: 1 }, { protocol: 'toy/2' }],
    ['an unknown type', { type: 'take', subject, record }, {}],
    ['a type of the prototype', { type: 'toString', subject, record }, {}],
    ['no type', { subject, record }, {}],
    ['an unknown field', { type: 'add', subject, record, amount: 1, more: 1 }, {}],
    ['a missing field', { type: 'add', subject, record }, {}],
    ['a subject of another form', { type: 'add', subject: { account: 'x' }, record, amount: 1 }, {}],
    ['no record', { type: 'add', subject, amount: 1 }, {}],
    ['a body where none belongs', { type: 'add', subject, record, amount: 1 }, { body: 'x' }],
    ['a record where nobody asks for one', { type: 'add', record, amount: 1 }, { protocol: 'open/1' }],
  ])('refuses %s in words, and asks nobody who calls', async (_what, message, options) => {
    const { say, party, walletOf } = toy()
    await expect(say(message, options)).rejects.toThrow(code('BAD_MESSAGE'))
    expect(party).not.toHaveBeenCalled()
    expect(walletOf).not.toHaveBeenCalled()
  })

  test('is closed to who is no party, or proves no wallet', async () => {
    const { say } = toy()
    await expect(say({ type: 'add', subject: { account: 8 }, record, amount: 1 })).rejects.toThrow(code('NOT_A_PARTY'))
    await expect(say({ type: 'add', subject, record: { ...record, signature: '0x01' }, amount: 1 })).rejects.toThrow(
      code('RECORD_INVALID'),
    )
  })

  test('looks at nothing more of a peer that it has refused too often in a minute, and hears all others', async () => {
    let now = 0
    const { say, walletOf } = toy(() => now)
    const forged = { type: 'add', subject, record: { ...record, signature: '0x01' }, amount: 1 }
    for (let i = 0; i < 120; i++) await expect(say(forged)).rejects.toThrow(code('RECORD_INVALID'))
    walletOf.mockClear()
    await expect(say(forged)).rejects.toThrow(code('TOO_MANY_REQUESTS'))
    expect(walletOf).not.toHaveBeenCalled()
    const fair = { type: 'add', subject, record, amount: 2 }
    expect(await say(fair, { peerId: 'another' })).toMatchObject({ message: { sum: 42 } })
    now = 60_000
    expect(await say(fair)).toMatchObject({ message: { sum: 42 } })
  })

  test('is answered by one service', () => {
    const { table } = toy()
    expect(() => table.addOpen(openRoute, { add: async () => ({ message: { sum: 0 } }) })).toThrow('answered twice')
  })
})
