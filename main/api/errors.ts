import { randomUUID } from 'node:crypto'
import { ORPCError } from '@orpc/server'
import { HearthError } from '../../common/errors/index.ts'
import { asDiskError } from '../core/files.ts'
import type { Log } from '../core/log/log.ts'

/**
 * Maps what a service throws to what a caller may see: a known code with its details, or an incident number that stands
 * in the log beside the real error. Paths, stacks and foreign messages stay here.
 */
export function mapError(thrown: unknown, log: Log): never {
  const error = asDiskError(thrown)
  if (error instanceof HearthError)
    throw new ORPCError(error.code, { message: error.message, data: error.details, cause: error })
  if (error instanceof ORPCError) throw error
  const incident = randomUUID().slice(0, 8)
  log.error('a call failed', { incident, error })
  throw new ORPCError('INTERNAL', {
    message: `something went wrong; incident ${incident} in the log`,
    data: { incident },
  })
}
