import { hexlify, toUtf8Bytes } from 'ethers'
import * as z from 'zod'
import { reportReasons } from '../../../model/data-names.ts'
import { ChainId, ChainTime, Hash, Units } from '../../../model/values.ts'
import { actionsOf } from '../../contract-module.ts'
import type { abi } from './abi.gen.ts'

const Version = z.strictObject({
  content: Hash,
  keyCommit: Hash,
  salt: Hash,
  metadata: Hash,
  segments: Hash,
  count: z
    .int()
    .min(0)
    .max(2 ** 32 - 1),
})
const V = z.union([z.literal(27), z.literal(28)])
const PublicKey = { keyX: Hash, keyV: V }
const Purchase = { asset: ChainId, version: z.int().min(1) }
const Price = Units.max(2n ** 96n - 1n)
/** Of an asset, a sale or a request. */
const id = { id: ChainId }

/** What is held until the segments that a version's lot draws are shown, as `DataMarket.LOT_BOND`. */
export const LOT_BOND = 5n * 10n ** 18n

const action = actionsOf<typeof abi>()

export const actions = {
  publishData: action({
    fields: {
      /** Null for a new one. */ asset: ChainId.nullable(),
      parent: ChainId.nullable(),
      royalty: z.int().min(0).max(2000),
      version: Version,
    },
    // A release that was sealed here; the host knows what it commits to.
    personal: { release: z.uuid() },
    verbs: ['create', 'publish'],
    needsBackup: true,
    amount: ({ version }) => (version.count > 0 ? LOT_BOND : 0n),
    encode: ({ asset, parent, royalty, version }) =>
      asset === null ? ['create', parent ?? 0, royalty, version] : ['publish', asset, version],
  }),
  listAsset: action({
    fields: { asset: ChainId, price: Price, preview: Hash },
    personal: { asset: ChainId, price: Price },
    verbs: ['list'],
    needsBackup: true,
    price: ({ price }) => price,
    encode: ({ asset, price, preview }) => ['list', asset, price, preview],
  }),
  unlistAsset: action({
    fields: id,
    personal: true,
    verbs: ['unlist'],
    needsBackup: false,
    encode: (a) => ['unlist', a.id],
  }),
  announceSeller: action({
    fields: { profile: z.string().max(1024) },
    personal: null,
    verbs: ['announce'],
    needsBackup: false,
    encode: ({ profile }) => ['announce', hexlify(toUtf8Bytes(profile))],
  }),
  buyAsset: action({
    fields: { ...Purchase, maxPrice: Price, ...PublicKey },
    personal: { ...Purchase, maxPrice: Price },
    verbs: ['buy'],
    needsBackup: true,
    amount: ({ maxPrice }) => maxPrice,
    encode: ({ asset, version, maxPrice, keyX, keyV }) => ['buy', asset, version, maxPrice, keyX, keyV],
  }),
  deliverSale: action({
    fields: { sale: ChainId, pointX: Hash, pointV: V, wrapped: Hash },
    personal: null,
    verbs: ['deliver'],
    needsBackup: false,
    encode: ({ sale, pointX, pointV, wrapped }) => ['deliver', sale, pointX, pointV, wrapped],
  }),
  complainSale: action({
    fields: id,
    personal: true,
    verbs: ['complain', 'complainSegment'],
    needsBackup: false,
    encode: async (a, { complaint }) => {
      const it = await complaint(a.id)
      return it.verb === 'complain' ? [it.verb, a.id, it.opening] : [it.verb, a.id, it.opening, it.segment]
    },
  }),
  finaliseSale: action({
    fields: id,
    personal: true,
    verbs: ['finalise'],
    needsBackup: false,
    encode: (a) => ['finalise', a.id],
  }),
  refundSale: action({
    fields: id,
    personal: true,
    verbs: ['refund'],
    needsBackup: false,
    encode: (a) => ['refund', a.id],
  }),
  rateSale: action({
    fields: { sale: ChainId, stars: z.int().min(1).max(5) },
    personal: true,
    verbs: ['rate'],
    needsBackup: false,
    encode: ({ sale, stars }) => ['rate', sale, stars],
  }),
  reportAsset: action({
    fields: { asset: ChainId, reason: z.enum(reportReasons) },
    personal: true,
    verbs: ['report'],
    needsBackup: false,
    encode: ({ asset, reason }) => ['report', asset, reportReasons.indexOf(reason)],
  }),
  openRequest: action({
    fields: { bounty: Units.min(1n), brief: Hash },
    personal: true,
    verbs: ['request'],
    needsBackup: true,
    amount: ({ bounty }) => bounty,
    encode: ({ bounty, brief }) => ['request', bounty, brief],
  }),
  answerRequest: action({
    fields: { request: ChainId, ...Purchase, until: ChainTime },
    // The version that is listed now, for some time.
    personal: { request: ChainId, asset: ChainId },
    verbs: ['answer'],
    needsBackup: false,
    encode: ({ request, asset, version, until }) => ['answer', request, asset, version, until],
  }),
  acceptAnswer: action({
    fields: { request: ChainId, ...Purchase, ...PublicKey },
    personal: { request: ChainId, ...Purchase },
    verbs: ['accept'],
    needsBackup: true,
    encode: ({ request, asset, version, keyX, keyV }) => ['accept', request, asset, version, keyX, keyV],
  }),
  // Takes a request back with its bounty; the ledger's `withdraw` is another thing.
  withdrawRequest: action({
    fields: id,
    personal: true,
    verbs: ['withdraw'],
    needsBackup: false,
    encode: (a) => ['withdraw', a.id],
  }),
}
