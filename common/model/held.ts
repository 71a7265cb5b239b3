import * as z from 'zod'
import { Units } from './values.ts'

/** What the ledger holds coins for; each has its words in the locales. */
export const HeldFor = z.enum([
  'machine',
  'order',
  'job',
  'jobStake',
  'jobBond',
  'juror',
  'dispute',
  'sale',
  'request',
  'lot',
])
export type HeldFor = z.infer<typeof HeldFor>

/** Coins of one's own that are held until what they are held for is over. */
export const HeldRow = z.object({ what: HeldFor, id: z.int(), amount: Units })
export type HeldRow = z.infer<typeof HeldRow>
