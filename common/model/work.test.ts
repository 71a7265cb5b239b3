import { expect, test } from 'vitest'
import { NET_PRESETS, operationsPerRow, workHash, WorkSpec } from './work.ts'

const spec: WorkSpec = {
  version: 1,
  kind: 'exact-inference',
  net: { seed: `0x${'ab'.repeat(32)}`, widths: [256, 512, 64], shifts: [8, 9] },
  rows: { count: 10, sha256: `0x${'cd'.repeat(32)}` },
}

test('the hash does not depend on the order of keys or the case of hexadecimal', () => {
  const shuffled = {
    rows: { sha256: spec.rows.sha256.toUpperCase().replace('0X', '0x'), count: 10 },
    net: { shifts: [8, 9], widths: [256, 512, 64], seed: spec.net.seed },
    kind: 'exact-inference',
    version: 1,
  } as WorkSpec
  expect(workHash(shuffled)).toBe(workHash(spec))
})

test('every field that the work depends on changes the hash', () => {
  const variants: WorkSpec[] = [
    { ...spec, net: { ...spec.net, seed: `0x${'ac'.repeat(32)}` } },
    { ...spec, net: { ...spec.net, widths: [256, 480, 64] } },
    { ...spec, net: { ...spec.net, shifts: [8, 8] } },
    { ...spec, rows: { ...spec.rows, count: 11 } },
    { ...spec, rows: { ...spec.rows, sha256: `0x${'ce'.repeat(32)}` } },
  ]
  expect(new Set([spec, ...variants].map(workHash)).size).toBe(variants.length + 1)
})

test.each([
  ['a width beyond what is exact', { ...spec, net: { ...spec.net, widths: [256, 544, 64] } }],
  ['a width that is no multiple of 32', { ...spec, net: { ...spec.net, widths: [256, 500, 64] } }],
  ['too few shifts', { ...spec, net: { ...spec.net, shifts: [8] } }],
  ['no rows', { ...spec, rows: { ...spec.rows, count: 0 } }],
  ['an unknown key', { ...spec, run: 'rm -rf /' }],
  ['another kind', { ...spec, kind: 'docker' }],
])('%s is refused', (_name, bad) => {
  expect(WorkSpec.safeParse(bad).success).toBe(false)
})

test('the presets are valid nets', () => {
  for (const net of Object.values(NET_PRESETS)) {
    const preset = WorkSpec.parse({
      ...spec,
      net: { seed: spec.net.seed, widths: [...net.widths], shifts: [...net.shifts] },
    })
    expect(operationsPerRow(preset)).toBeGreaterThan(0)
  }
})
