import type { ErrorCode } from '../../common/errors/index.ts'

/** Failures that end by themselves: somebody is away or busy, or what is asked for is on its way. */
const passing: ReadonlySet<unknown> = new Set<ErrorCode>([
  'HOST_GONE',
  'ENGINE_GONE',
  'ENGINE_BROKEN',
  'INTERNAL',
  'ABORTED',
  'NETWORK_DOWN',
  'ENDPOINTS_DIFFER',
  'CHAIN_LIES',
  'PEER_UNREACHABLE',
  'TOO_MANY_REQUESTS',
  'MACHINE_BUSY',
  'LOT_NOT_DRAWN',
  'RESULT_INCOMPLETE',
])

/** Whether asking again may help. A failure without a code is the connection's; any other code is an answer. */
export function mayPass(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code !== 'string' || passing.has(code)
}

/** Asks again as often as said, and not at all where the answer would stay the same. */
export const upTo =
  (times: number) =>
  (failures: number, error: unknown): boolean =>
    failures < times && mayPass(error)
