import { toUtf8String, Utf8ErrorFuncs } from 'ethers'
import type { Abi, AbiParameter } from 'abitype'
import { firstNumberOf, namedNumbers, type Meaning, type NamedNumber, type ShownValue } from '../model/chain-values.ts'
import type { HeldFor } from '../model/held.ts'
import type { ThingKind } from '../model/thing-kinds.ts'

/** Of what an `id` is the number, by the name of the event or function; the first that fits. */
const subjects: Readonly<Record<string, readonly (readonly [RegExp, ThingKind])[]>> = {
  market: [
    [/machine|announce/i, 'machine'],
    [/offer/i, 'offer'],
    [/./, 'order'],
  ],
  jury: [[/./, 'dispute']],
  training: [[/./, 'job']],
  dataMarket: [
    [/^(Asset|Version|Preview)|^(publish|list|unlist)$/, 'asset'],
    [/request|^(answer|accept|withdraw)$/i, 'request'],
    [/./, 'sale'],
  ],
}

/** Of what the number is that coins are held for. */
const heldFor: Readonly<Record<HeldFor, ThingKind>> = {
  machine: 'machine',
  order: 'order',
  job: 'job',
  jobStake: 'job',
  jobBond: 'job',
  juror: 'machine',
  dispute: 'dispute',
  sale: 'sale',
  request: 'request',
  lot: 'asset',
}

const states: Readonly<Record<string, NamedNumber>> = {
  'market.OrderClosed': 'orderState',
  'training.JobClosed': 'jobState',
  'jury.SeatEmptied': 'seatState',
  'dataMarket.SaleClosed': 'saleState',
  'dataMarket.RequestClosed': 'requestState',
}

const named: Readonly<Record<string, Meaning>> = {
  machine: 'machine',
  machineId: 'machine',
  offer: 'offer',
  offerId: 'offer',
  dispute: 'dispute',
  asset: 'asset',
  parent: 'asset',
  tokenId: 'asset',
  sale: 'sale',
  reason: 'reportReason',
  start: 'time',
  end: 'time',
  until: 'time',
  deadline: 'time',
  releasable: 'time',
  term: 'duration',
  extra: 'duration',
  served: 'duration',
  duration: 'duration',
  maxSeconds: 'duration',
  since: 'block',
  beaconBlock: 'block',
  lotBlock: 'block',
  amount: 'coins',
  value: 'coins',
  paid: 'coins',
  refunded: 'coins',
  bond: 'coins',
  seatFee: 'coins',
  royalty: 'coins',
  checkpoints: 'number',
  count: 'number',
  done: 'number',
  milestones: 'number',
  number: 'number',
  round: 'number',
  segment: 'number',
  stars: 'number',
  version: 'number',
  addresses: 'text',
  profile: 'text',
}

/**
 * What an argument means: by its type where that says it, else by its name. The contracts write every price, bond and
 * bounty as a uint96, and nothing else.
 */
function meaningOf(contract: string, entry: string, { name = '', type }: AbiParameter): Meaning {
  if (type === 'address') return 'account'
  if (type === 'bool') return 'flag'
  if (type === 'bytes32') return 'hash'
  if (type === 'uint96') return contract === 'market' ? 'rate' : 'coins'
  if (type === 'bytes') return named[name] === 'text' ? 'text' : 'raw'
  if (!/^uint\d+$/.test(type)) return 'raw'
  if (name === 'id') return subjects[contract]?.find(([names]) => names.test(entry))?.[1] ?? 'raw'
  if (name === 'state') return states[`${contract}.${entry}`] ?? 'raw'
  if (name === 'royalty' && type === 'uint16') return 'share'
  const meaning = named[name]
  return meaning === undefined || meaning === 'text' ? 'raw' : meaning
}

/** The arguments of an event or a function with what each means; undefined for one that the ABI does not have. */
export function argumentsOf(
  contract: string,
  abi: Abi,
  type: 'event' | 'function',
  entry: string,
  names?: readonly string[],
): readonly Argument[] | undefined {
  return abi
    .flatMap((item) =>
      item.type === type && item.name === entry
        ? [item.inputs.flatMap((input) => flattened(contract, entry, input))]
        : [],
    )
    .find((found) => !names || isSame(found, names))
}

interface Argument {
  readonly name: string
  readonly means: Meaning
}

/** Functions may share a name; the arguments tell them apart. */
const isSame = (found: readonly Argument[], names: readonly string[]): boolean =>
  found.length === names.length && found.every(({ name }) => names.includes(name))

/** The fields of a structure are arguments of their own, named `structure.field`. */
function flattened(contract: string, entry: string, input: AbiParameter, within = ''): readonly Argument[] {
  const path = within + (input.name ?? '')
  return input.type === 'tuple' && 'components' in input
    ? input.components.flatMap((part) => flattened(contract, entry, part, `${path}.`))
    : [{ name: path, means: meaningOf(contract, entry, input) }]
}

/**
 * Makes a value readable.
 * @param text decimal or hexadecimal, or `true` and `false`
 */
export function shownValue(name: string, means: Meaning, text: string): ShownValue {
  if (means === 'text') return { name, means, text: toUtf8String(text, Utf8ErrorFuncs.replace) }
  if (!(means in namedNumbers)) return { name, means, text }
  const kind = means as NamedNumber
  const state = namedNumbers[kind][Number(text) - firstNumberOf(kind)]
  return state === undefined ? { name, means: 'raw', text } : { name, means, text: state }
}

/** What the coins of a bucket of the ledger are held for. @param bucket of `bucketOf` */
export const shownBucket = (bucket: { readonly what: HeldFor; readonly id: number } | null, id: string): ShownValue =>
  bucket
    ? { name: 'heldFor', means: heldFor[bucket.what], text: String(bucket.id) }
    : { name: 'id', means: 'raw', text: id }
