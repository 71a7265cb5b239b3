import { registry } from '../../../common/chain/contracts.ts'
import { revertValues } from '../../../common/chain/reverts.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { english } from '../../core/english.ts'

/** Reads a JSON-RPC error as a revert of one of our contracts; null when it is none. */
export function revertError(error: { code: number; message: string; data?: unknown }): HearthError | null {
  const data = typeof error.data === 'string' ? error.data : (error.data as { data?: unknown } | undefined)?.data
  if (typeof data === 'string' && /^0x[0-9a-f]{8,}$/i.test(data)) {
    for (const contract of Object.values(registry.interfaces)) {
      const parsed = contract.parseError(data)
      if (!parsed) continue
      const args = Object.fromEntries(parsed.fragment.inputs.map((input, i) => [input.name, String(parsed.args[i])]))
      return refusal({ revert: parsed.name, ...args })
    }
  }
  if (/insufficient funds/i.test(error.message))
    return new HearthError('INSUFFICIENT_FUNDS', 'not enough of the chain’s own coin for the fee')
  if (error.code === 3 || /revert/i.test(error.message))
    return refusal({ revert: 'unknown', reason: error.message.slice(0, 200) })
  return null
}

/** With the words of the command line; the window has its own. */
export function refusal(details: { readonly revert: string; readonly reason?: string }): HearthError {
  const text = english(['reverts', details.revert], revertValues(details)) ?? details.revert
  return new HearthError('CALL_REVERTED', details.reason ? `${text} ${details.reason}` : text, details)
}
