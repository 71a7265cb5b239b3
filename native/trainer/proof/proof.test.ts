import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoBase } from '../../../test/support/demo.ts'
import { compute, smallRun } from '../../../test/support/training-runs.ts'
import { cheat as cheatIn, cheats, type Cheat } from '../adversary/cheat.ts'
import { recipeHash, type Recipe } from '../../../common/model/recipe.ts'
import type { Expectation } from '../../../common/children/trainer.ts'
import { adopt, bundle, commitment, inspectBundle, trainRun, verify } from '../service.ts'
import { writeLog } from '../run/log.ts'
import { runFiles } from '../run/train.ts'

const root = await mkdtemp(join(tmpdir(), 'hearth-proof-'))
const honest = join(root, 'honest')
const proof = join(root, 'honest.hpb')
const check = (file: string) => verify(file, demoBase, runFiles(honest).data, compute)

beforeAll(async () => {
  // Every segment is looked at, so that each cheat is certain to be met.
  await smallRun(honest, { proof: { segments: 6, tolerance: 1e-5 } })
  for await (const _ of trainRun(honest, demoBase, compute, 'recompute'));
  await bundle(honest, 'beacon', proof)
})
afterAll(() => rm(root, { recursive: true }))

/** The check that must catch each cheat. */
const caughtBy: Readonly<Record<Cheat, readonly string[]>> = {
  'skips a step': ['loss', 'segment'],
  'half precision': ['loss', 'segment'],
  'learning rate off by 1 %': ['loss', 'segment'],
  'other batches': ['loss', 'segment'],
  'another adapter': ['segment'],
  'better losses': ['loss'],
  'another start': ['start'],
}

describe('a proof of training', () => {
  it('passes for an honest run, with the same bits', async () => {
    const verdict = await check(proof)
    expect(verdict.failure).toBeNull()
    expect(verdict.passed).toBe(true)
    expect(verdict.segments.map(({ exact }) => exact)).toEqual(Array(6).fill(true))
    expect(verdict.share).toBe(1)
  })

  it.each(cheats)('catches a trainer that hands in: %s', async (cheat) => {
    const folder = join(root, cheat.replace(/\W+/g, '-'))
    await cp(honest, folder, { recursive: true })
    await cheatIn(folder, demoBase, compute, cheat)
    await bundle(folder, 'beacon', `${folder}.hpb`)
    const verdict = await check(`${folder}.hpb`)
    expect(verdict.passed).toBe(false)
    expect(caughtBy[cheat]).toContain(verdict.failure?.check)
  })

  it('refuses a bundle that is cut, garbled or answers another beacon', async () => {
    const bytes = await readFile(proof)
    const spoil = async (name: string, change: (copy: Buffer) => Buffer) => {
      await writeFile(join(root, name), change(Buffer.from(bytes)))
      return join(root, name)
    }
    for (const length of [0, 7, 100, bytes.length - 1])
      await expect(check(await spoil('cut.hpb', (copy) => copy.subarray(0, length)))).rejects.toMatchObject({
        code: 'PROOF_FAILED',
      })
    const flipped = await check(
      await spoil('flipped.hpb', (copy) => {
        copy[copy.length - 5]! ^= 1
        return copy
      }),
    )
    expect(flipped.failure?.check).toBe('commitment')
    const text = bytes.toString('latin1')
    const moved = await spoil('moved.hpb', () =>
      Buffer.from(text.replace(/"commitment":\{"root":"[0-9a-f]{8}/, '"commitment":{"root":"00000000'), 'latin1'),
    )
    expect((await check(moved)).passed).toBe(false)
    const counted = await spoil('counted.hpb', () => {
      const header = text.slice(8, 8 + bytes.readUInt32LE(4))
      const huge = header.replace(/"checkpoints":\d+/, '"checkpoints":1099511627776')
      const head = Buffer.from(bytes.subarray(0, 8))
      head.writeUInt32LE(huge.length, 4)
      return Buffer.concat([head, Buffer.from(huge, 'latin1'), bytes.subarray(8 + header.length)])
    })
    await expect(inspectBundle(counted)).rejects.toMatchObject({ code: 'PROOF_FAILED' })
  })

  it('says what it is about before anything is executed', async () => {
    const { root: committed, checkpoints, step } = await commitment(honest)
    expect(await inspectBundle(proof)).toMatchObject({
      root: committed,
      checkpoints,
      step,
      beacon: 'beacon',
      from: 0,
      segments: [0, 1, 2, 3, 4, 5],
    })
  })
})

describe('a proof by milestones', () => {
  const folder = join(root, 'milestones')
  const [early, late] = [join(root, 'early.hpb'), join(root, 'late.hpb')]
  let expected: Record<'early' | 'late', Expectation>
  const checkAgainst = (file: string, against: Expectation) =>
    verify(file, demoBase, runFiles(folder).data, compute, against)

  beforeAll(async () => {
    const recipe: Recipe = await smallRun(folder, { proof: { segments: 6, tolerance: 1e-5 } })
    for await (const _ of trainRun(folder, demoBase, compute, 'recompute', 6));
    const first = await commitment(folder)
    await bundle(folder, 'one', early)
    for await (const _ of trainRun(folder, demoBase, compute, 'recompute', 12));
    const second = await commitment(folder)
    await bundle(folder, 'two', late, first.checkpoints - 1)
    const common = { recipe: recipeHash(recipe), start: null, claims: true }
    expected = {
      early: {
        ...common,
        root: first.root,
        beacon: 'one',
        checkpoints: first.checkpoints,
        from: 0,
        previous: null,
        until: 6,
      },
      late: {
        ...common,
        root: second.root,
        beacon: 'two',
        checkpoints: second.checkpoints,
        from: first.checkpoints - 1,
        previous: first.root,
        until: 12,
      },
    }
  })

  it('passes part by part, and each executes its own segments again', async () => {
    const [one, two] = [await checkAgainst(early, expected.early), await checkAgainst(late, expected.late)]
    expect([one.failure, two.failure]).toEqual([null, null])
    expect(one.segments.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(two.segments.map(({ index }) => index)).toEqual([3, 4, 5])
    expect([one.begins, one.step, two.begins, two.step]).toEqual([0, 6, 6, 12])
  })

  const wrong: readonly (readonly [string, 'early' | 'late', Partial<Expectation>])[] = [
    ['recipe', 'early', { recipe: '0'.repeat(64) }],
    ['commitment', 'early', { root: '0'.repeat(64) }],
    ['commitment', 'early', { checkpoints: 5 }],
    // What only the header says is no proof against the trainer: whoever shows the bundle may have written it.
    ['commitment', 'late', { from: 0 }],
    ['commitment', 'late', { previous: '0'.repeat(64) }],
    ['beacon', 'early', { beacon: 'another' }],
    ['commitment', 'early', { start: { step: 2, hash: '0'.repeat(64) }, until: 8 }],
    ['steps', 'early', { until: 8 }],
    ['steps', 'early', { until: 4 }],
  ]
  it.each(wrong)('fails at %s where the %s proof is not what the chain says: %j', async (check, which, change) => {
    const verdict = await checkAgainst(which === 'early' ? early : late, { ...expected[which], ...change })
    expect(verdict.failure?.check).toBe(check)
  })

  it('that begins at an order’s checkpoint is held to it', async () => {
    const [moved, proof] = [join(root, 'moved'), join(root, 'moved.hpb')]
    await cp(folder, moved, { recursive: true })
    await rm(runFiles(moved).checkpoints, { recursive: true })
    const { step, hash, ended } = await adopt(early, moved)
    expect([step, ended]).toEqual([6, false])
    for await (const _ of trainRun(moved, demoBase, compute, 'recompute'));
    const own = await commitment(moved)
    expect(own.last).toBe((await commitment(folder)).last)
    await bundle(moved, 'three', proof)
    const against = {
      ...expected.late,
      root: own.root,
      beacon: 'three',
      checkpoints: own.checkpoints,
      from: 0,
      previous: null,
      start: { step, hash },
    }
    expect((await checkAgainst(proof, against)).failure).toBeNull()
    expect((await checkAgainst(proof, { ...against, start: { step, hash: '0'.repeat(64) } })).failure?.check).toBe(
      'start',
    )
    expect((await checkAgainst(proof, { ...against, start: null })).failure?.check).toBe('steps')
  })

  it('is judged by a jury only on its checkpoints: false losses fail only before the customer', async () => {
    const lying = join(root, 'lying')
    await cp(folder, lying, { recursive: true })
    const { log } = runFiles(lying)
    await cheatIn(lying, demoBase, compute, 'better losses')
    await bundle(lying, 'two', join(root, 'lying.hpb'), 3)
    expect((await checkAgainst(join(root, 'lying.hpb'), expected.late)).failure?.check).toBe('loss')
    await writeLog(log, [])
    await bundle(lying, 'two', join(root, 'lying.hpb'), 3)
    expect((await checkAgainst(join(root, 'lying.hpb'), { ...expected.late, claims: false })).passed).toBe(true)
  })
})
