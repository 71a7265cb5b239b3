import * as z from 'zod'
import { HearthError, messageOf } from '../../../common/errors/index.ts'

const TIMEOUT_MS = 30_000
const PinStatus = z.object({
  requestid: z.string().max(200),
  status: z.enum(['queued', 'pinning', 'pinned', 'failed']),
  delegates: z.array(z.string().max(300)).max(100),
})
export type PinStatus = z.infer<typeof PinStatus>

/**
 * Asks a service to keep a CID (https://ipfs.github.io/pinning-services-api-spec/). What it keeps is what anybody may
 * fetch: sealed, unless the owner said otherwise.
 */
export async function pinRemotely(
  service: string,
  token: string,
  pin: { cid: string; name: string; origins: readonly string[] },
): Promise<PinStatus> {
  let answer: Response
  try {
    answer = await fetch(`${service.replace(/(?<!\/)\/+$/, '')}/pins`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(pin),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    })
  } catch (error) {
    throw new HearthError(
      'PEER_UNREACHABLE',
      `the pinning service does not answer: ${messageOf(error)}`,
      {},
      { cause: error },
    )
  }
  if (answer.status === 401 || answer.status === 403)
    throw new HearthError('PEER_REFUSED', 'the pinning service does not take this token')
  if (!answer.ok) throw new HearthError('PEER_REFUSED', `the pinning service answered ${answer.status}`)
  const status = PinStatus.safeParse(await answer.json().catch(() => null))
  if (!status.success) throw new HearthError('BAD_MESSAGE', 'the pinning service answered something else than a pin')
  return status.data
}
