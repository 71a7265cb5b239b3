import type { Api } from '../../common/api/index.ts'
import type { Preview, TransactionRow } from '../../common/api/wallet.ts'
import type { PersonalAction } from '../../common/model/action.ts'
import { COIN_SYMBOL, formatCoins } from '../../common/model/money.ts'
import { HearthError, isErrorCode } from '../../common/errors/index.ts'
import { pause } from '../core/clock.ts'
import { say } from './output.ts'

const SETTLED_MS = 120_000

export function describePreview({ action, to, amount, deposit, highestFee, network, call }: Preview): string {
  const args = Object.entries(call.arguments).map(([name, value]) => `${name} ${value}`)
  const inCoins = (units: bigint): string => `${formatCoins(units)} ${COIN_SYMBOL}`
  const asked = call.price === null ? 'no coins' : `for ${inCoins(call.price)}`
  const moved = amount === null ? asked : inCoins(amount)
  return (
    `${action} on ${network}: contract ${to}; ${moved}; highest fee ` +
    `${formatCoins(highestFee)} ETH; ${args.join(', ')}` +
    (deposit === null
      ? ''
      : `\n${inCoins(deposit)} are moved to the market first, and stay there if this is refused: hearth wallet withdraw`)
  )
}

const stays = (deposited: bigint): string =>
  ` The ${formatCoins(deposited)} ${COIN_SYMBOL} deposited for it stay in the market: hearth wallet withdraw`

/**
 * Shows what is about to be signed, sends it, and waits until it is mined. @throws HearthError when the chain refuses
 * it
 */
export async function act(
  api: Api,
  action: PersonalAction,
  tell: (line: string) => void = say,
): Promise<TransactionRow> {
  const preview = await api.wallet.preview(action)
  tell(describePreview(preview))
  const { id } = await api.wallet.confirm({ id: preview.id })
  const deadline = performance.now() + SETTLED_MS
  while (performance.now() < deadline) {
    const row = await api.wallet.transaction({ id })
    if (row.state === 'mined' || row.state === 'final') return row
    if (row.state === 'failed')
      throw new HearthError(
        isErrorCode(row.error?.code) ? row.error.code : 'CALL_REVERTED',
        `${row.error?.message ?? 'the transaction failed'}${row.deposited === null ? '' : stays(row.deposited)}`,
        row.error?.details,
      )
    await pause(100)
  }
  throw new HearthError('NETWORK_DOWN', 'the transaction is not mined yet; it is kept and goes on by itself', { id })
}

/** Waits until the host's index shows what a condition asks for. */
export async function until<T>(
  what: string,
  read: () => Promise<T | null | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline) {
    const value = await read()
    if (value) return value
    await pause(100)
  }
  throw new HearthError('NETWORK_DOWN', `timed out waiting for ${what}`)
}
