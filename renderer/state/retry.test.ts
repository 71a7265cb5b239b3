import { ORPCError } from '@orpc/client'
import { expect, test } from 'vitest'
import { mayPass, upTo } from './retry.ts'

test('what a host answered is not asked again', () => {
  for (const code of ['NOT_FOUND', 'BAD_INPUT', 'BAD_REQUEST', 'WALLET_LOCKED', 'UNAUTHORIZED', 'WRONG_CHAIN'])
    expect(mayPass(new ORPCError(code)), code).toBe(false)
})

test('what passes by itself is asked again, as often as said', () => {
  for (const error of [
    new ORPCError('HOST_GONE'),
    new ORPCError('PEER_UNREACHABLE'),
    new Error('the line broke'),
    null,
  ])
    expect(mayPass(error)).toBe(true)
  // Codes of the platform's own failures are numbers.
  expect(mayPass(new DOMException('aborted', 'AbortError'))).toBe(true)
  const asked = upTo(2)
  expect([0, 1, 2].map((failures) => asked(failures, new ORPCError('HOST_GONE')))).toEqual([true, true, false])
  expect(asked(0, new ORPCError('NOT_FOUND'))).toBe(false)
})
