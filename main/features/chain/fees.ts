import { HearthError } from '../../../common/errors/index.ts'
import type { Rpc } from './rpc.ts'

export interface Fees {
  readonly gasLimit: bigint
  readonly maxFeePerGas: bigint
  readonly maxPriorityFeePerGas: bigint
}

/** Room for what changes between the estimate and the block: a fifth. */
const withMargin = (gas: bigint): bigint => (gas * 6n) / 5n

/** EIP-1559 fees that last through six full blocks: twice the base fee and the tip. In wei. */
async function pricePerGas(rpc: Rpc): Promise<Omit<Fees, 'gasLimit'>> {
  const [head, tip] = await Promise.all([rpc.header('latest'), rpc.priorityFee()])
  return { maxFeePerGas: 2n * (head.baseFeePerGas ?? 0n) + tip, maxPriorityFeePerGas: tip }
}

/** The highest fee to show a person before they agree: the estimate doubled, so that one bump fits in. */
export async function highestFee(rpc: Rpc, gas: bigint): Promise<bigint> {
  return 2n * withMargin(gas) * (await pricePerGas(rpc)).maxFeePerGas
}

/** @throws HearthError FEE_ABOVE_LIMIT when the chain now asks for more than the person agreed to. */
export async function feesFor(rpc: Rpc, gas: bigint, maxFee: bigint): Promise<Fees> {
  const gasLimit = withMargin(gas)
  const { maxFeePerGas, maxPriorityFeePerGas } = await pricePerGas(rpc)
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
