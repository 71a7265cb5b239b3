import { Interface } from 'ethers'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Complaint } from '../../../common/chain/contract-module.ts'
import { registry } from '../../../common/chain/contracts.ts'
import type { Intent } from '../../../common/children/vault.ts'
import { Action, type ActionKind } from '../../../common/model/action.ts'
import { Vault } from './vault.ts'
import { someContracts, someNetwork } from '../../../test/support/contracts.ts'

const hash = (byte: string): string => `0x${byte.repeat(32)}`
const address = (byte: string): string => `0x${byte.repeat(20)}`
const network = {
  chainId: 31_337,
  contracts: someContracts,
}
const opening: Complaint['opening'] = {
  secret: 7n,
  pointX: hash('01'),
  pointV: 27,
  wrapped: hash('02'),
  keyCommit: hash('03'),
  salt: hash('04'),
  segments: hash('05'),
}
const ofSegment: Complaint = {
  verb: 'complainSegment',
  opening,
  segment: { number: 3, commit: hash('06'), wrapped: hash('07'), lefts: 1, path: [hash('08'), hash('09')] },
}
const ofKey: Complaint = { verb: 'complain', opening }
/** A sale whose buyer complains about a segment. */
const JUNK_SALE = 2
const context = {
  contracts: network.contracts,
  chainTime: 1_000,
  account: () => address('77'),
  read: () => Promise.resolve(hash('00')),
  permit: () => Promise.resolve(`${hash('01')}${hash('02').slice(2)}1b`),
  complaint: (sale: number) => Promise.resolve(sale === JUNK_SALE ? ofSegment : ofKey),
}
const version = {
  content: hash('01'),
  keyCommit: hash('02'),
  salt: hash('03'),
  metadata: hash('04'),
  segments: hash('05'),
  count: 3,
}
const key = { keyX: hash('06'), keyV: 27 } as const

/**
 * Every action, and whether the words must be written down first: they must for what takes coins out, holds, stakes or
 * forfeits them, and for what offers something whose price will belong to those words.
 */
const expected: { readonly [Kind in ActionKind]: readonly [Extract<Action, { kind: Kind }>, 'backup' | 'at once'] } = {
  send: [{ kind: 'send', to: address('77'), amount: 1n }, 'backup'],
  deposit: [{ kind: 'deposit', amount: 1n }, 'backup'],
  withdraw: [{ kind: 'withdraw', amount: 1n }, 'backup'],
  addMachine: [{ kind: 'addMachine', spec: hash('01'), peer: hash('02') }, 'backup'],
  removeMachine: [{ kind: 'removeMachine', machine: 1 }, 'backup'],
  announce: [{ kind: 'announce', machine: 1, addresses: ['/ip4/127.0.0.1'] }, 'at once'],
  makeOffer: [{ kind: 'makeOffer', machine: 1, price: 1n, maxSeconds: 60 }, 'backup'],
  cancelOffer: [{ kind: 'cancelOffer', offer: 1 }, 'at once'],
  placeOrder: [{ kind: 'placeOrder', offer: 1, term: 60, maxPrice: 1n, work: hash('01') }, 'backup'],
  renewOrder: [{ kind: 'renewOrder', order: 1, extra: 60 }, 'backup'],
  complete: [{ kind: 'complete', order: 1 }, 'backup'],
  fail: [{ kind: 'fail', order: 1 }, 'at once'],
  reclaim: [{ kind: 'reclaim', order: 1 }, 'at once'],
  settle: [{ kind: 'settle', order: 1, served: 60, finished: true, signature: `0x${'01'.repeat(65)}` }, 'at once'],
  openJob: [{ kind: 'openJob', machine: 1, price: 1n, milestones: 1, duration: 60, work: hash('01') }, 'backup'],
  cancelJob: [{ kind: 'cancelJob', job: 1 }, 'at once'],
  leaveJob: [{ kind: 'leaveJob', job: 1 }, 'at once'],
  expireJob: [{ kind: 'expireJob', job: 1 }, 'backup'],
  acceptJob: [{ kind: 'acceptJob', job: 1 }, 'backup'],
  commitJob: [{ kind: 'commitJob', job: 1, root: hash('01'), checkpoints: 2 }, 'at once'],
  sampleJob: [{ kind: 'sampleJob', job: 1 }, 'at once'],
  passJob: [{ kind: 'passJob', job: 1 }, 'at once'],
  challengeJob: [{ kind: 'challengeJob', job: 1, segment: 0 }, 'backup'],
  defendJob: [{ kind: 'defendJob', job: 1 }, 'backup'],
  slashJob: [{ kind: 'slashJob', job: 1 }, 'at once'],
  enrolJuror: [{ kind: 'enrolJuror', machine: 1 }, 'backup'],
  retireJuror: [{ kind: 'retireJuror', machine: 1 }, 'at once'],
  releaseJuror: [{ kind: 'releaseJuror', machine: 1 }, 'at once'],
  drawJury: [{ kind: 'drawJury', dispute: 1 }, 'at once'],
  castVote: [{ kind: 'castVote', dispute: 1, machine: 1, sealedVote: hash('01') }, 'backup'],
  abstain: [{ kind: 'abstain', dispute: 1, machine: 1 }, 'at once'],
  revealVote: [{ kind: 'revealVote', dispute: 1, machine: 1, guilty: true, salt: hash('01') }, 'at once'],
  ruleRound: [{ kind: 'ruleRound', dispute: 1 }, 'at once'],
  appealDispute: [{ kind: 'appealDispute', dispute: 1 }, 'backup'],
  ruleJob: [{ kind: 'ruleJob', job: 1 }, 'at once'],
  publishData: [{ kind: 'publishData', asset: null, parent: null, royalty: 0, version }, 'backup'],
  listAsset: [{ kind: 'listAsset', asset: 1, price: 1n, preview: hash('01') }, 'backup'],
  unlistAsset: [{ kind: 'unlistAsset', id: 1 }, 'at once'],
  announceSeller: [{ kind: 'announceSeller', profile: '{}' }, 'at once'],
  buyAsset: [{ kind: 'buyAsset', asset: 1, version: 1, maxPrice: 1n, ...key }, 'backup'],
  deliverSale: [{ kind: 'deliverSale', sale: 1, pointX: hash('01'), pointV: 28, wrapped: hash('02') }, 'at once'],
  complainSale: [{ kind: 'complainSale', id: 1 }, 'at once'],
  finaliseSale: [{ kind: 'finaliseSale', id: 1 }, 'at once'],
  refundSale: [{ kind: 'refundSale', id: 1 }, 'at once'],
  rateSale: [{ kind: 'rateSale', sale: 1, stars: 5 }, 'at once'],
  reportAsset: [{ kind: 'reportAsset', asset: 1, reason: 'personal' }, 'at once'],
  openRequest: [{ kind: 'openRequest', bounty: 1n, brief: hash('01') }, 'backup'],
  answerRequest: [{ kind: 'answerRequest', request: 1, asset: 1, version: 1, until: 1 }, 'at once'],
  acceptAnswer: [{ kind: 'acceptAnswer', request: 1, asset: 1, version: 1, ...key }, 'backup'],
  withdrawRequest: [{ kind: 'withdrawRequest', id: 1 }, 'at once'],
}
const table = Object.values(expected).map(([action, when]) => ({ kind: action.kind, action, when }))

const transaction = (to: string, data: string, value = 0n): Intent => ({
  kind: 'transaction',
  to,
  data,
  value,
  nonce: 3,
  gasLimit: 100_000n,
  maxFeePerGas: 10n,
  maxPriorityFeePerGas: 1n,
  agreedFee: 10n ** 15n,
})
const callOf = (action: Action) => registry.encode(Action.parse(action), context)

test('the table names every action of every contract', () => {
  expect(table.map(({ kind }) => kind).sort()).toEqual([...registry.actions()].map(([kind]) => kind).sort())
})

describe('a wallet whose words are not written down yet', () => {
  const vault = new Vault()
  beforeAll(() => vault.create('correct horse', someNetwork))

  test.each(table)('$kind is signed: $when', async ({ action, when }) => {
    const { to, data } = await callOf(action)
    const signed = vault.sign(network, transaction(to, data))
    if (when === 'at once') await expect(signed).resolves.toBeDefined()
    else await expect(signed).rejects.toMatchObject({ code: 'NOT_BACKED_UP' })
  })

  test('a new version of an asset needs the backup as its first does', async () => {
    const { to, data } = await callOf({ kind: 'publishData', asset: 1, parent: null, royalty: 0, version })
    await expect(vault.sign(network, transaction(to, data))).rejects.toMatchObject({ code: 'NOT_BACKED_UP' })
  })

  test('a verb is judged by its contract: the data market’s withdraw and the ledger’s differ', async () => {
    const { data } = await callOf({ kind: 'withdrawRequest', id: 1 })
    const ledgerData = await callOf({ kind: 'withdraw', amount: 1n })
    // Both are `withdraw(uint256)`, so they differ by nothing but the address.
    expect(data).toBe(ledgerData.data)
    await expect(vault.sign(network, transaction(network.contracts.dataMarket, data))).resolves.toBeDefined()
    await expect(vault.sign(network, transaction(network.contracts.ledger, data))).rejects.toMatchObject({
      code: 'NOT_BACKED_UP',
    })
  })
})

describe('a wallet whose words are written down', () => {
  const vault = new Vault()
  beforeAll(() =>
    vault.import('test test test test test test test test test test test junk', 'correct horse', someNetwork),
  )
  const refused = (to: string, data: string, value?: bigint) =>
    expect(vault.sign(network, transaction(to, data, value)), `${to} ${data}`).rejects.toMatchObject({
      code: 'INTENT_REFUSED',
    })

  const signedInOneWay = async (action: Action) => {
    const { to, data } = await callOf(action)
    await expect(vault.sign(network, transaction(to, data))).resolves.toBeDefined()
    await refused(to, data, 1n)
    for (const other of [`${data}00`, `${data}${hash('00').slice(2)}`, data.slice(0, -2), data.slice(0, 10)])
      await refused(to, other)
    await refused(address('99'), data)
  }

  test.each(table)('$kind is signed as the app spells it, and in no other way', ({ action }) => signedInOneWay(action))

  test('so is a complaint about a segment, whatever its path', () =>
    signedInOneWay({ kind: 'complainSale', id: JUNK_SALE }))

  test('bits beyond an argument’s type are refused', async () => {
    const { to, data } = await callOf({ kind: 'placeOrder', offer: 1, term: 60, maxPrice: 1n, work: hash('01') })
    // The second argument is a uint40 in a word of 32 bytes.
    const at = 10 + 64
    await refused(to, `${data.slice(0, at)}01${data.slice(at + 2)}`)
  })

  test.each(registry.modules)('no function of $artefact that no action declares is signed', async (module) => {
    const declared = new Set(Object.values(module.actions).flatMap(({ verbs }) => verbs))
    const abi = new Interface(JSON.stringify(module.abi))
    const others = abi.fragments.flatMap((fragment) => {
      const found = fragment.type === 'function' ? abi.getFunction(fragment.format('sighash')) : null
      return found && !declared.has(found.name) ? [found] : []
    })
    expect(others.length).toBeGreaterThan(0)
    const samples: Readonly<Record<string, unknown>> = {
      address: address('77'),
      bool: true,
      bytes: '0x',
      bytes4: '0x01020304',
    }
    for (const fragment of others) {
      const args = fragment.inputs.map(({ type }) => samples[type] ?? (type === 'bytes32' ? hash('01') : 27))
      await refused(network.contracts[module.name], abi.encodeFunctionData(fragment, args))
    }
  })

  test('an action’s call at another of our contracts is refused, unless that declares the same', async () => {
    for (const { action } of table) {
      const { to, data } = await callOf(action)
      for (const [name, other] of Object.entries(network.contracts)) {
        const declares = registry.signable(network.contracts, other, data) !== null
        const verbs = Object.values(registry.module(name)?.actions ?? {}).flatMap((spec) => spec.verbs)
        if (other !== to && !declares) await refused(other, data)
        // Contracts share verbs: `accept`, `announce`, `withdraw`.
        if (declares) expect(verbs).toContain(registry.describe(network.contracts, other, data)?.verb)
      }
    }
  })
})
