// npm run mutants [-- [limit] [artefact …]]: makes small faults in the contracts, one at a time, and says how many
// their behaviour tests notice. Which files belong to a contract, and which tests, its module says
// (common/chain/contracts).
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { registry } from '../common/chain/contracts.ts'

const BAR = 0.9
/** Hardhat's own number for a source that does not compile: such a fault says nothing of the tests. */
const DOES_NOT_COMPILE = 'HHE910'
const root = fileURLToPath(new URL('..', import.meta.url))
const [first, ...others] = process.argv.slice(2)
const limited = first !== undefined && /^\d+$/.test(first)
/** Mutants of each contract that are tried at most: an even sample. */
const limit = limited ? Number(first) : Infinity
const wanted = limited ? others : [first, ...others].filter(Boolean)
for (const name of wanted)
  if (!registry.modules.some(({ artefact }) => artefact === name)) throw new Error(`there is no contract ${name}`)

/** Hand-chosen kinds of fault: [what is looked for, what takes its place]. */
const faults = [
  [/if \(([^;]*?)\)\s+revert [^;]+;/g, ''],
  [/ < /g, ' <= '],
  [/ > /g, ' >= '],
  [/ >= /g, ' > '],
  [/ == /g, ' != '],
  [/ != /g, ' == '],
  [/ \|\|(?=\s)/g, ' &&'],
  [/ \+= /g, ' -= '],
  [/ -= /g, ' += '],
  [/\bterm\b(?=[,;)])/g, '(term + 1)'],
  [/\.bound = (true|false);/g, (whole, value) => `.bound = ${value === 'true' ? 'false' : 'true'};`],
  [/\bonlyModule(?=\s)/g, ''],
  [/\bonlyOwner(?=\s)/g, ''],
  [/\bnonReentrant(?=\s)/g, ''],
  [/machine\.done\+\+/g, 'machine.failed++'],
  [/- paid;/g, ';'],
  [/ledger\.(hold|release)\([^;]+;/g, ''],
  [/\b_mint\([^;]+;/g, ''],
]

/** Every place of a source where a fault fits. */
function mutantsOf(file, source) {
  return faults.flatMap(([pattern, replacement]) =>
    [...source.matchAll(pattern)].flatMap((match) => {
      const line = source.slice(0, match.index).split('\n').length
      const text = source.split('\n')[line - 1].trim()
      if (/^(\/\/|\*|import|event|error)/.test(text)) return []
      const put = typeof replacement === 'function' ? replacement(...match) : replacement
      const mutated = source.slice(0, match.index) + put + source.slice(match.index + match[0].length)
      const where = `${file}:${line}: ${text}  (${match[0].trim()} → ${put.trim() || 'nothing'})`
      return [{ file, source, mutated, where }]
    }),
  )
}

/** Tries the mutants of one contract against its own tests alone, so that nothing else is compiled or run. */
function tryContract({ artefact, mutants: { sources, tests } }) {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-mutants-'))
  try {
    for (const name of ['contracts', 'hardhat.config.ts', 'package.json'])
      cpSync(join(root, name), join(folder, name), {
        recursive: true,
        filter: (path) => !/contracts\/(cache|artifacts)/.test(path),
      })
    for (const name of readdirSync(join(folder, 'contracts/test')))
      if (name.endsWith('.t.sol') && !tests.includes(name)) rmSync(join(folder, 'contracts/test', name))
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const outcome = () => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['node_modules/hardhat/dist/src/cli.js', 'test', 'solidity'],
        { cwd: folder, encoding: 'utf8', env: { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true' } },
      )
      if (status === 0) return 'survived'
      return `${stdout}${stderr}`.includes(DOES_NOT_COMPILE) ? 'invalid' : 'killed'
    }
    const all = sources.flatMap((file) => mutantsOf(file, readFileSync(join(folder, 'contracts', file), 'utf8')))
    const every = Math.max(1, all.length / limit)
    const chosen = all.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every))
    if (outcome() !== 'survived') throw new Error(`${tests.join(', ')} fail without any fault`)
    const count = { survived: 0, invalid: 0, killed: 0 }
    for (const [i, { file, source, mutated, where }] of chosen.entries()) {
      writeFileSync(join(folder, 'contracts', file), mutated)
      const found = outcome()
      count[found]++
      if (found !== 'killed') process.stdout.write(`\n${found}: ${where}\n`)
      writeFileSync(join(folder, 'contracts', file), source)
      process.stderr.write(`\r${artefact}: ${count.killed} of ${i + 1} killed, ${chosen.length} in all `)
    }
    process.stderr.write('\n')
    return { all: all.length, tried: chosen.length - count.invalid, killed: count.killed }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const percent = (killed, tried) => (tried === 0 ? 'none' : `${((100 * killed) / tried).toFixed(1)} %`)
const total = { all: 0, tried: 0, killed: 0 }
for (const module of registry.modules) {
  if (wanted.length > 0 && !wanted.includes(module.artefact)) continue
  const found = tryContract(module)
  for (const key of Object.keys(total)) total[key] += found[key]
  const { all, tried, killed } = found
  process.stdout.write(
    `${module.artefact}: ${tried} of ${all} mutants tried, ${killed} killed, ${percent(killed, tried)}\n`,
  )
}
const { all, tried, killed } = total
process.stdout.write(
  `\n${tried} of ${all} mutants tried, ${killed} killed, ${percent(killed, tried)} (bar ${BAR * 100} %)\n`,
)
process.exit(killed >= BAR * tried ? 0 : 1)
