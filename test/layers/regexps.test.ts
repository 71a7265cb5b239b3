import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { check } from 'recheck'
import { analyse } from 'scslre'
import { beforeAll, expect, test } from 'vitest'
import { parseSync } from 'vite'
import type { FoundRegexp } from '../support/built-regexps.ts'

// A text that somebody was sent must not be able to hold a process: an expression that goes back over what it has read
// takes the square of a text's length, or the power of two to it. Two libraries judge each of ours: scslre knows every
// flag and sees what repeats by one sign; recheck sees every repetition, of what has no look-around and no flag v.

const root = join(import.meta.dirname, '../..')
const SOURCES = ['common', 'main', 'native', 'preload']
/** Modules that can be loaded alone; what they build from strings is looked at as well. */
const LOADED = ['main/importers/**/*.ts', 'main/processes/*/**/*.ts', 'native/{llm,onnx,tabular,trainer}/**/*.ts']
const RUNS = /(?:entry|bench|\.test)\.ts$/

/** Expressions that are slow only on texts which cannot come to them. */
const BOUNDED: Readonly<Record<string, string>> = {
  [String.raw`"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}]|-?\d[\d.eE+-]*`]: 'reads JSON that is known to be some: strings end',
  [String.raw`„[^“”]*[“”]|“[^”]*”|«[^»]*»|»[^«]*«|「[^」]*」|『[^』]*』|‹[^›]*›|"[^"]*"`]:
    'a name before a colon has at most 100 characters',
}

const files = (patterns: readonly string[]): string[] =>
  globSync([...patterns], { cwd: root, exclude: ['**/node_modules/**'] })

/** Every object of a syntax tree. */
function* nodesOf(node: unknown): Generator<object> {
  if (typeof node !== 'object' || node === null || node instanceof RegExp) return
  yield node
  for (const child of Object.values(node)) yield* nodesOf(child)
}

function literalsOf(file: string): FoundRegexp[] {
  const { program, errors } = parseSync(file, readFileSync(join(root, file), 'utf8'))
  expect(errors, file).toEqual([])
  return [...nodesOf(program)].flatMap((node) => {
    if (!('regex' in node)) return []
    const { pattern, flags } = node.regex as { pattern: string; flags: string }
    return [{ file, source: pattern, flags }]
  })
}

const nameOf = ({ source, flags }: Pick<FoundRegexp, 'source' | 'flags'>): string =>
  createHash('sha256').update(`${source}/${flags}`).digest('hex').slice(0, 24)

/**
 * Expressions that recheck has judged already, which takes it most of a minute for all; `HEARTH_JUDGE_ALL=1` judges
 * them anew and writes the list.
 */
const LIST = join(import.meta.dirname, 'judged-regexps.txt')
const ALL = process.env.HEARTH_JUDGE_ALL === '1'
const judged: ReadonlySet<string> = new Set(ALL ? [] : readFileSync(LIST, 'utf8').split('\n'))

/** What repeats in a text that takes an expression more than linear time, or null. */
async function slownessOf({ source, flags }: Pick<FoundRegexp, 'source' | 'flags'>): Promise<string | null> {
  const [report] = analyse({ source, flags }).reports
  if (report) return `${report.type} of ${JSON.stringify(report.character.pick)}`
  if (flags.includes('v') || judged.has(nameOf({ source, flags }))) return null
  // What this checker cannot do in its time, or at all, the other has done.
  const verdict = await check(source, flags, { checker: 'automaton', timeout: 1_000 })
  return verdict.status === 'vulnerable'
    ? `${verdict.complexity.summary} by ${verdict.attack.pattern.slice(0, 100)}`
    : null
}

let found: readonly FoundRegexp[]
beforeAll(async () => {
  process.env['RECHECK_BACKEND'] = 'pure'
  const sources = files(SOURCES.map((folder) => `${folder}/**/*.ts`)).filter((file) => !file.endsWith('.test.ts'))
  const loaded = files(LOADED).filter((file) => !RUNS.test(file))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'test/support/built-regexps.ts'), ...loaded],
    { maxBuffer: 2 ** 26, env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', NODE_NO_WARNINGS: '1' } },
  )
  const all = [...sources.flatMap(literalsOf), ...(JSON.parse(stdout) as FoundRegexp[])]
  found = [...new Map(all.map((it) => [`${it.source}/${it.flags}`, it])).values()]
})

test('the judges know an expression that goes back over what it has read', async () => {
  for (const slow of [/^(?:date):\s*(.*?)\s*$/, /\s+$/, /^(?:https?:\S+\s*)+$/, /<[^<>]+@[^<>]+>$/, /[[a-z]--[x]]+\d/v])
    expect(await slownessOf(slow), slow.source).not.toBeNull()
  for (const fast of [/^date:(.*)$/, /(?<!\s)\s+$/, /<[^<>@]{1,99}@[^<>@]{1,99}>$/])
    expect(await slownessOf(fast), fast.source).toBeNull()
})

test('every expression of ours takes time that grows with the text alone', { timeout: 600_000 }, async () => {
  expect(found.length).toBeGreaterThan(500)
  expect(found.some(({ source }) => source.length > 1000)).toBe(true)
  const slow: string[] = []
  const excused = new Set<string>()
  for (const it of found) {
    const why = await slownessOf(it)
    if (why === null) continue
    if (Object.hasOwn(BOUNDED, it.source)) excused.add(it.source)
    else slow.push(`${it.file}: /${it.source.slice(0, 120)}/${it.flags}: ${why}`)
  }
  expect(slow).toEqual([])
  const fast = found.filter(({ source }) => !Object.hasOwn(BOUNDED, source))
  if (ALL) writeFileSync(LIST, `${fast.map(nameOf).toSorted().join('\n')}\n`)
  // An excuse for what is not there any more goes with it.
  expect([...excused].toSorted()).toEqual(Object.keys(BOUNDED).toSorted())
})
