import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keccak256 } from 'ethers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WorkSpec } from '../../common/model/work.ts'
import { jobFiles, recheck, runJob } from './job.ts'
import { knownAnswer } from './known-answer.ts'
import { layersOf } from './net.ts'
import { referenceRow } from './reference.ts'
import { generateRows } from './rows.ts'

const ROWS = 700
let folder: string
let spec: WorkSpec

async function runAll(signal?: AbortSignal): Promise<number> {
  let last = 0
  for await (const { rowsDone } of runJob(folder, 'cpu', 1, signal)) last = rowsDone
  return last
}
const outputs = (): Promise<Buffer> => readFile(jobFiles(folder).outputs)
const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-exact-'))
  const sha256 = await generateRows(jobFiles(folder).rows, 'seed', ROWS * 256)
  spec = {
    version: 1,
    kind: 'exact-inference',
    net: { seed: `0x${'5a'.repeat(32)}`, widths: [256, 512, 512, 64], shifts: [8, 9, 9] },
    rows: { count: ROWS, sha256 },
  }
  await writeFile(jobFiles(folder).spec, JSON.stringify(spec))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('weights follow the seed as the contract derives them', () => {
  const [layer, second] = layersOf(spec.net)
  const word = (l: bigint, block: bigint, row: bigint): Buffer =>
    Buffer.from(
      keccak256(`${spec.net.seed}${((l << 128n) | (block << 64n) | row).toString(16).padStart(64, '0')}`).slice(2),
      'hex',
    )
  for (const [row, column] of [
    [0, 0],
    [17, 40],
    [255, 511],
  ] as const) {
    expect(layer!.weights[row * 512 + column]).toBe(
      (word(0n, BigInt(column >> 5), BigInt(row))[column % 32]! & 0x7f) - 64,
    )
    expect(second!.weights[row * 512 + column]).toBe(
      (word(1n, BigInt(column >> 5), BigInt(row))[column % 32]! & 0x7f) - 64,
    )
  }
})

test('the CPU backend gives the reference’s bytes on one and on two threads', async () => {
  expect(await knownAnswer('cpu', 1)).toEqual({ exact: true, message: null })
  expect(await knownAnswer('cpu', 2)).toEqual({ exact: true, message: null })
})

test('the WebGPU backend gives the reference’s bytes wherever there is a device', async (context) => {
  const result = await knownAnswer('webgpu', 1)
  if (result.message?.includes('adapter') || result.message?.includes('Vulkan'))
    context.skip(`no WebGPU device: ${result.message.slice(0, 120)}`)
  expect(result).toEqual({ exact: true, message: null })
})

describe('a job', () => {
  test('computes every row, and the outputs are the reference’s', async () => {
    expect(await runAll()).toBe(ROWS)
    const [rows, out] = [await readFile(jobFiles(folder).rows), await outputs()]
    const layers = layersOf(spec.net)
    for (const row of [0, 255, 256, 699])
      expect(out.subarray(row * 64, row * 64 + 64)).toEqual(
        Buffer.from(referenceRow(layers, rows.subarray(row * 256, row * 256 + 256))),
      )
    // A dead net would make any answer right.
    expect(
      new Set(Array.from({ length: ROWS }, (_, row) => out.subarray(row * 64, row * 64 + 64).toString('hex'))).size,
    ).toBe(ROWS)
  })

  test('goes on from a torn write and ends with the same bytes', async () => {
    const whole = digest(await outputs())
    await truncate(jobFiles(folder).outputs, 300 * 64 + 13)
    expect(await runAll()).toBe(ROWS)
    expect(digest(await outputs())).toBe(whole)
  })

  test('is finished at once when nothing is left to do', async () => {
    const before = digest(await outputs())
    expect(await runAll()).toBe(0)
    expect(digest(await outputs())).toBe(before)
  })

  test('is rechecked row by row; one wrong byte is found and named', async () => {
    expect(await recheck(folder, [0, 5, 699])).toBeNull()
    const out = await outputs()
    out[5 * 64 + 1]! ^= 1
    await writeFile(jobFiles(folder).outputs, out)
    expect(await recheck(folder, [0, 5, 699])).toBe(5)
    await expect(recheck(folder, [ROWS])).rejects.toMatchObject({ code: 'RESULT_INCOMPLETE' })
  })

  test('with a rows file that is too short stops with a clear error', async () => {
    await truncate(jobFiles(folder).outputs, 0)
    await truncate(jobFiles(folder).rows, 256 * 10)
    await expect(runAll()).rejects.toMatchObject({ code: 'ROWS_MISMATCH' })
  })
})
