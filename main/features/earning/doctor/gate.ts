import type { Gate, GateName } from '../../../../common/api/doctor.ts'
import { COIN_SYMBOL, formatCoins } from '../../../../common/model/money.ts'

/** @param open null where it cannot be told yet */
export const gate = (name: GateName, open: boolean | null, value: string | null, fix: string): Gate => ({
  name,
  state: open === null ? 'unknown' : open ? 'ok' : 'blocked',
  value,
  fix: open === true ? null : fix,
})

/** A gate that keeps nobody from earning. */
export const warning = (name: GateName, fine: boolean, value: string | null, fix: string): Gate => ({
  name,
  state: fine ? 'ok' : 'warning',
  value,
  fix: fine ? null : fix,
})

export const coins = (units: bigint): string => `${formatCoins(units)} ${COIN_SYMBOL}`
