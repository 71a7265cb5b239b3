import { expect, test } from 'vitest'
import { Admission } from './admission.ts'

const limits = { protocol: 'toy/1', messageBytes: 100, bodyBytes: 0, concurrent: 2, perMinute: null }
const tooMany = expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }) as Error

/** Requests that are answered when the test says so. */
function held(admission: Admission) {
  const ends: (() => void)[] = []
  const begin = (peer: string): Promise<string> =>
    admission.hold(peer, () => new Promise((resolve) => ends.push(() => resolve(peer))))
  return { begin, ends }
}

test('a peer has so many requests answered at once, and others as many of their own', async () => {
  const { begin, ends } = held(new Admission(limits))
  const flood = [begin('flooder'), begin('flooder')]
  await expect(begin('flooder')).rejects.toThrow(tooMany)
  const honest = begin('honest')
  for (const end of ends) end()
  expect(await Promise.all([...flood, honest])).toEqual(['flooder', 'flooder', 'honest'])
  // A place is given back however a request ends.
  await expect(new Admission(limits).hold('a', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  const again = begin('flooder')
  ends.at(-1)!()
  expect(await again).toBe('flooder')
})

test('all peers together fill one route at most; it answers again when one leaves', async () => {
  const { begin, ends } = held(new Admission(limits))
  const many = Array.from({ length: 128 }, (_, i) => begin(`peer ${i}`))
  await expect(begin('one more')).rejects.toThrow(tooMany)
  ends[0]!()
  await many[0]
  const next = begin('one more')
  for (const end of ends) end()
  await expect(next).resolves.toBe('one more')
})

test.each([
  ['requests', { requests: 3, bytes: 1e6 }, 10],
  ['bytes', { requests: 1e6, bytes: 30 }, 10],
])('a budget of %s is a peer’s own and comes back with the minute', async (_what, perMinute, bytes) => {
  let now = 0
  const admission = new Admission({ ...limits, perMinute }, () => now)
  const ask = (peer: string): Promise<void> => admission.hold(peer, async (charge) => charge(bytes))
  for (let i = 0; i < 3; i++) await ask('flooder')
  await expect(ask('flooder')).rejects.toThrow(tooMany)
  await expect(ask('honest')).resolves.toBeUndefined()
  now = 60_000
  await expect(ask('flooder')).resolves.toBeUndefined()
})
