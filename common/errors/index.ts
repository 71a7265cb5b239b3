/** Every error that a person may meet has a code here and its words in the locales under `errors.<code>`. */
export const errorCodes = [
  'BAD_INPUT',
  'NOT_FOUND',
  'HOST_GONE',
  'ENGINE_GONE',
  'ENGINE_BROKEN',
  'ENGINE_UNSUPPORTED',
  'INTERNAL',
  'DATA_IN_USE',
  'DATABASE_CORRUPT',
  'SETTINGS_DAMAGED',
  'DISK_FULL',
  'ABORTED',
  'PAUSED',
  'WALLET_EXISTS',
  'NO_WALLET',
  'WALLET_LOCKED',
  'WRONG_PASSPHRASE',
  'BAD_MNEMONIC',
  'WEAK_PASSPHRASE',
  'KEYSTORE_DAMAGED',
  'KEYRING_CLOSED',
  'NOT_BACKED_UP',
  'WRONG_WORDS',
  'REVEAL_REFUSED',
  'INTENT_REFUSED',
  'NETWORK_NOT_TRUSTED',
  'ENDPOINTS_DIFFER',
  'NETWORK_DOWN',
  'WRONG_CHAIN',
  'CHAIN_LIES',
  'CHAIN_CHANGED',
  'CHAIN_REORGANISED',
  'NO_CONTRACTS',
  'INSUFFICIENT_FUNDS',
  'CALL_REVERTED',
  'NOT_ENOUGH_COINS',
  'FEE_ABOVE_LIMIT',
  'PREVIEW_EXPIRED',
  'NOT_PRACTICE',
  'PEER_UNREACHABLE',
  'PEER_REFUSED',
  'PEER_LIED',
  'TOO_MANY_REQUESTS',
  'NOT_A_PARTY',
  'LICENCE_FORBIDS',
  'MESSAGE_TOO_LARGE',
  'BAD_MESSAGE',
  'RECORD_INVALID',
  'NO_MACHINE',
  'NO_BENCHMARK',
  'MACHINE_REGISTERED',
  'BACKEND_WRONG',
  'WORK_MISMATCH',
  'ROWS_MISMATCH',
  'RESULT_INCOMPLETE',
  'NOT_ENOUGH_DISK',
  'MODEL_BROKEN',
  'MODEL_UNSUPPORTED',
  'DATASET_BROKEN',
  'AMBIGUOUS_DATES',
  'UNKNOWN_TEXT',
  'BAD_RECIPE',
  'RECIPE_MISMATCH',
  'CHECKPOINT_BROKEN',
  'TRAINING_DIVERGED',
  'NOT_MERGEABLE',
  'PROOF_FAILED',
  'MACHINE_BUSY',
  'BASE_MISSING',
  'DOES_NOT_FIT',
  'NOT_PAID_ENOUGH',
  'FILE_DAMAGED',
  'WRONG_KEY',
  'LOT_NOT_DRAWN',
  'MEMORY_FULL',
  'CONTEXT_FULL',
  'MODEL_QUARANTINED',
  'DOWNLOAD_FAILED',
  'DOWNLOAD_TAMPERED',
  'HUB_FAILED',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/**
 * A failure that a person can be told about. `details` go to the screen and the log, so they never hold secrets.
 * Crosses process borders as {code, message, details}.
 */
export class HearthError extends Error {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, string | number>>

  constructor(
    code: ErrorCode,
    message: string,
    details: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'HearthError'
    this.code = code
    this.details = details
  }
}

export const isErrorCode = (code: unknown): code is ErrorCode => (errorCodes as readonly unknown[]).includes(code)
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
