import { upTo } from './retry.ts'

/** For streams: a host that is away comes back, however long that takes, and what is shown must then be true again. */
export const untilBack = { retry: upTo(Infinity), retryDelay: 1_000 } as const
