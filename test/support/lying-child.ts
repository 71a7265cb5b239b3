// A trainer that was taken over: it answers other than its contract says, by what it is asked.
import { os } from '@orpc/server'
import { HearthError } from '../../common/errors/index.ts'
import { serveChild } from '../../main/core/processes/child-frame.ts'

serveChild({
  // Another shape.
  commitment: os.handler(() => ({ root: { not: 'a hash' }, checkpoints: 'many' })),
  // A verdict with something beside, deep within.
  verify: os.handler(() => ({
    passed: true,
    failure: null,
    segments: [{ index: 0, passed: true, exact: true, distance: 0, sql: 'x' }],
    heldOutLoss: null,
    begins: 0,
    step: 1,
    stepsAgain: 1,
    share: 1,
  })),
  // A stream whose second item is none.
  bench: os.handler(async function* () {
    yield 1
    yield '2'
  }),
  // A stream that ends with something else.
  prepare: os.handler(async function* () {
    yield { rows: 1 }
    return { rows: 1 }
  }),
  // A value for a stream, and a stream for a value.
  train: os.handler(() => ({ ended: true, step: 1, heldOutLoss: null, baseLoss: null })),
  adopt: os.handler(async function* () {
    yield { step: 1, hash: '', ended: false }
  }),
  // Sound.
  merge: os.handler(() => ({})),
  convert: os.handler(() => {
    throw new HearthError('NOT_FOUND', 'x'.repeat(100_000), { ['k'.repeat(1000)]: 1 })
  }),
})
