import { hexlify, Interface, toUtf8Bytes } from 'ethers'
import * as z from 'zod'
import { ChainId, Hash, Hex, Seconds, Units } from '../../../model/values.ts'
import { actionsOf } from '../../contract-module.ts'
import type { abi } from './abi.gen.ts'

const views = new Interface([
  'function orders(uint256) view returns (address buyer, uint40 start, uint40 end, uint8 state, uint64 offer, uint96 price)',
])
const action = actionsOf<typeof abi>()

export const actions = {
  addMachine: action({
    fields: { spec: Hash, peer: Hash },
    // The host knows the machine's facts.
    personal: {},
    verbs: ['addMachine'],
    needsBackup: true,
    stake: 'STAKE',
    encode: ({ spec, peer }) => ['addMachine', spec, peer],
  }),
  removeMachine: action({
    fields: { machine: ChainId },
    personal: true,
    verbs: ['removeMachine'],
    needsBackup: true,
    encode: ({ machine }) => ['removeMachine', machine],
  }),
  announce: action({
    fields: { machine: ChainId, addresses: z.array(z.string().max(200)).max(8) },
    personal: null,
    verbs: ['announce'],
    needsBackup: false,
    encode: ({ machine, addresses }) => ['announce', machine, hexlify(toUtf8Bytes(JSON.stringify(addresses)))],
  }),
  makeOffer: action({
    fields: { machine: ChainId, price: Units, maxSeconds: Seconds },
    personal: true,
    verbs: ['makeOffer'],
    needsBackup: true,
    encode: ({ machine, price, maxSeconds }) => ['makeOffer', machine, price, maxSeconds],
  }),
  cancelOffer: action({
    fields: { offer: ChainId },
    personal: true,
    verbs: ['cancelOffer'],
    needsBackup: false,
    encode: ({ offer }) => ['cancelOffer', offer],
  }),
  placeOrder: action({
    fields: { offer: ChainId, term: Seconds, maxPrice: Units, work: Hash },
    personal: true,
    verbs: ['placeOrder'],
    needsBackup: true,
    // The escrow at the highest price accepted.
    amount: ({ maxPrice, term }) => maxPrice * term,
    encode: ({ offer, term, maxPrice, work }) => ['placeOrder', offer, term, maxPrice, work],
  }),
  renewOrder: action({
    fields: { order: ChainId, extra: Seconds },
    personal: true,
    verbs: ['renewOrder'],
    needsBackup: true,
    // At the price that was agreed to.
    holds: async ({ order, extra }, { contracts: { market = '' }, read }) => {
      const found = views.decodeFunctionResult(
        'orders',
        await read(market, views.encodeFunctionData('orders', [order])),
      )
      return (found['price'] as bigint) * BigInt(extra)
    },
    encode: ({ order, extra }) => ['renewOrder', order, extra],
  }),
  complete: action({
    fields: { order: ChainId },
    personal: true,
    verbs: ['complete'],
    needsBackup: true,
    encode: ({ order }) => ['complete', order],
  }),
  fail: action({
    fields: { order: ChainId },
    personal: true,
    verbs: ['fail'],
    needsBackup: false,
    encode: ({ order }) => ['fail', order],
  }),
  reclaim: action({
    fields: { order: ChainId },
    personal: true,
    verbs: ['reclaim'],
    needsBackup: false,
    encode: ({ order }) => ['reclaim', order],
  }),
  settle: action({
    fields: { order: ChainId, served: z.int().nonnegative(), finished: z.boolean(), signature: Hex },
    personal: null,
    verbs: ['settle'],
    needsBackup: false,
    encode: ({ order, served, finished, signature }) => ['settle', order, served, finished, signature],
  }),
}
