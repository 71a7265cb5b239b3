import { expect, test } from 'vitest'
import { MachineDocument, ownScore } from './machine-document.ts'
import { scoreParts } from './score.ts'

const figure = (median: number) => ({ median, low: median, high: median, repetitions: 5, drift: 1 })
const document = {
  version: 1,
  report: {
    processor: 'AMD Ryzen 9 7950X',
    physicalCores: 16,
    logicalCores: 32,
    memoryBytes: 67_000_000_000,
    graphics: [{ name: 'NVIDIA GeForce RTX 4090', memoryBytes: 25_757_220_864 }],
    system: 'Debian GNU/Linux 13',
    architecture: 'x64',
  },
  benchmark: { int8: figure(scoreParts.compute.reference), memory: figure(scoreParts.bandwidth.reference) },
  backends: [{ backend: 'cpu', exact: true, parts: {} }],
  isolation: 'sandbox',
}
const { backends: _, ...withoutBackends } = document
const { report, ...withoutReport } = document

test('what an earlier Hearth hashed is a document too, and has no score', () => {
  expect(ownScore(MachineDocument.parse(withoutBackends))).toBeNull()
  expect(ownScore(MachineDocument.parse(document))?.points).toBeCloseTo(1000)
})

test('nothing measured is no score', () => {
  expect(ownScore(MachineDocument.parse({ ...document, benchmark: {} }))).toBeNull()
})

test.each<[string, unknown]>([
  ['of another version', { ...document, version: 2 }],
  ['with a field that nobody knows', { ...document, host: 'kitchen' }],
  ['with one within the report', { ...document, report: { ...report, serial: '123' } }],
  ['with a part that nobody measures', { ...document, benchmark: { int4: figure(1) } }],
  ['that lacks the report', withoutReport],
  ['whose name steers a terminal', { ...document, report: { ...report, processor: 'A\u001b[2J' } }],
  ['whose name turns the text', { ...document, report: { ...report, processor: 'A\u202eB' } }],
  ['with a figure below zero', { ...document, benchmark: { int8: figure(-1) } }],
  ['with a figure beyond all machines', { ...document, benchmark: { int8: figure(1e19) } }],
  ['with a name that fills the page', { ...document, report: { ...report, system: 'x'.repeat(121) } }],
  ['with hundreds of cards', { ...document, report: { ...report, graphics: Array(33).fill(report.graphics[0]) } }],
])('a document %s is refused', (_what, given) => {
  expect(MachineDocument.safeParse(given).success).toBe(false)
})
