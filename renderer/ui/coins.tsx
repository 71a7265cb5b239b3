import { COIN_SYMBOL, formatCoins } from '../../common/model/money.ts'
import { shortCoins } from '../lib/format.ts'

/** An amount at a precision that people read; the exact one is a hover away. */
export const Coins = ({ units }: { readonly units: bigint }) => (
  <span title={`${formatCoins(units)} ${COIN_SYMBOL}`}>{shortCoins(units)}</span>
)
