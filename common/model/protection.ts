import * as z from 'zod'

/** What protects the wallet's file beside its passphrase. */
export const Protection = z.enum(['passphrase-only', 'keyring'])
export type Protection = z.infer<typeof Protection>
