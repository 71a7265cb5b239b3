import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { registry } from '../../../common/chain/contracts.ts'
import { revertValues } from '../../../common/chain/reverts.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { resourcePath } from '../../core/resources.ts'

const Locale = z.object({ reverts: z.record(z.string(), z.string()) })
let read: Readonly<Record<string, string>> | undefined
/** Read once it is needed: refusals come with each look at what cannot be done yet. */
const words = (): Readonly<Record<string, string>> =>
  (read ??= Locale.parse(JSON.parse(readFileSync(resourcePath('locales', 'en.json'), 'utf8'))).reverts)

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
  const values = revertValues(details)
  const text = (words()[details.revert] ?? details.revert).replace(
    /\{\{(\w+)\}\}/g,
    (hole, name: string) => values[name] ?? hole,
  )
  return new HearthError('CALL_REVERTED', details.reason ? `${text} ${details.reason}` : text, details)
}
