import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoBase } from '../../../test/support/demo.ts'
import { compute, smallRun } from '../../../test/support/training-runs.ts'
import { cheat as cheatIn, cheats, type Cheat } from '../adversary/cheat.ts'
import { bundle, trainRun, verify } from '../service.ts'
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
    for (const length of [0, 7, 100, bytes.length - 1]) await expect(check(await spoil('cut.hpb', (copy) => copy.subarray(0, length)))).rejects.toMatchObject({ code: 'PROOF_FAILED' })
    const flipped = await check(await spoil('flipped.hpb', (copy) => {
      copy[copy.length - 5]! ^= 1
      return copy
    }))
    expect(flipped.failure?.check).toBe('commitment')
    const text = bytes.toString('latin1')
    const moved = await spoil('moved.hpb', () => Buffer.from(text.replace(/"commitment":\{"root":"[0-9a-f]{8}/, '"commitment":{"root":"00000000'), 'latin1'))
    expect((await check(moved)).passed).toBe(false)
  })
})
