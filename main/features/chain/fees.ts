import { HearthError } from '../../../common/errors/index.ts'
import { formatCoins } from '../../../common/model/money.ts'
import { PERSONAL_FEE_CAPS } from '../../../common/model/trusted-network.ts'
import type { Network } from './network.ts'
import type { Rpc } from './rpc.ts'

export interface Fees {
  readonly gasLimit: bigint
  readonly maxFeePerGas: bigint
  readonly maxPriorityFeePerGas: bigint
}

type FeeSource = Pick<Rpc, 'header' | 'priorityFee' | 'tips'>
/** The endpoint that is used, and others of the same chain. */
interface Endpoints {
  readonly rpc: FeeSource
  readonly witnesses: readonly FeeSource[]
}

/** Blocks whose tips say what is usual. */
const HISTORY_BLOCKS = 20
/** How often the usual tip is paid at most. */
const USUAL_TIPS = 3n
/** A tip that is always fine, in wei: where blocks are empty, the usual one is 0. */
const SMALL_TIP = 10n ** 9n

/** Room for what changes between the estimate and the block: a fifth. */
const withMargin = (gas: bigint): bigint => (gas * 6n) / 5n

/** The middle of what transactions have paid above the base fee; null where an endpoint keeps no history. */
async function usualTip(rpc: FeeSource): Promise<bigint | null> {
  const tips = await rpc.tips(HISTORY_BLOCKS).catch(() => null)
  const sorted = tips?.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return sorted?.[Math.floor(sorted.length / 2)] ?? null
}

/**
 * What an endpoint asks for, held to what has been paid lately and to the lowest word of all endpoints: one that lies
 * about the tip, or is mistaken, burns nothing.
 */
async function tipOf({ rpc, witnesses }: Endpoints): Promise<bigint> {
  const asked = await Promise.all([rpc.priorityFee(), ...witnesses.map((it) => it.priorityFee().catch(() => null))])
  const usual = await usualTip(rpc)
  const most = usual === null || USUAL_TIPS * usual < SMALL_TIP ? SMALL_TIP : USUAL_TIPS * usual
  return asked.reduce<bigint>((least, tip) => (tip !== null && tip < least ? tip : least), most)
}

/** EIP-1559 fees that last through six full blocks: twice the base fee and the tip. In wei. */
async function pricePerGas(endpoints: Endpoints): Promise<Omit<Fees, 'gasLimit'>> {
  const [head, tip] = await Promise.all([endpoints.rpc.header('latest'), tipOf(endpoints)])
  return { maxFeePerGas: 2n * (head.baseFeePerGas ?? 0n) + tip, maxPriorityFeePerGas: tip }
}

/**
 * The highest fee to agree to: the estimate doubled, so that one bump fits in, but no more than the network's cap where
 * nobody is asked.
 * @throws HearthError FEE_ABOVE_LIMIT where not even the estimate is below the cap
 */
export async function highestFee(
  network: Pick<Network, 'feeCap'> & Endpoints,
  gas: bigint,
  asked: boolean,
): Promise<bigint> {
  const cap = asked ? PERSONAL_FEE_CAPS * network.feeCap : network.feeCap
  const { maxFeePerGas } = await pricePerGas(network)
  const estimate = withMargin(gas) * maxFeePerGas
  if (estimate > cap)
    throw new HearthError(
      'FEE_ABOVE_LIMIT',
      `the network asks for a fee of up to ${inCoins(estimate)}, and ${asked ? '' : 'without you '}no more than ` +
        `${inCoins(cap)} is paid; it is tried again until the fee is lower`,
    )
  return 2n * estimate < cap ? 2n * estimate : cap
}

/** @throws HearthError FEE_ABOVE_LIMIT when the chain now asks for more than the person agreed to. */
export async function feesFor(endpoints: Endpoints, gas: bigint, maxFee: bigint): Promise<Fees> {
  const gasLimit = withMargin(gas)
  const { maxFeePerGas, maxPriorityFeePerGas } = await pricePerGas(endpoints)
  const affordable = maxFee / gasLimit
  if (affordable < maxFeePerGas / 2n)
    throw new HearthError('FEE_ABOVE_LIMIT', 'the network’s fee rose above what you agreed to; confirm again')
  const capped = affordable < maxFeePerGas ? affordable : maxFeePerGas
  return {
    gasLimit,
    maxFeePerGas: capped,
    maxPriorityFeePerGas: maxPriorityFeePerGas < capped ? maxPriorityFeePerGas : capped,
  }
}

/**
 * Fees for a replacement: at least an eighth above the last (nodes ask for a tenth); null where the limit is reached.
 */
export function bumped(fees: Fees, lastPerGas: bigint, maxFee: bigint): Fees | null {
  const least = lastPerGas + lastPerGas / 8n + 1n
  const maxFeePerGas = fees.maxFeePerGas > least ? fees.maxFeePerGas : least
  if (maxFeePerGas * fees.gasLimit > maxFee) return null
  const tip = fees.maxPriorityFeePerGas + fees.maxPriorityFeePerGas / 8n + 1n
  return { ...fees, maxFeePerGas, maxPriorityFeePerGas: tip < maxFeePerGas ? tip : maxFeePerGas }
}

const inCoins = (wei: bigint): string => `${formatCoins(wei)} ETH`
