// npm run mutants: makes small faults in the contracts, one at a time, and says how many the behaviour tests notice.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const limit = Number(process.argv[2] ?? Infinity)

/** Hand-chosen kinds of fault: [what is looked for, what takes its place]. */
const faults = [
  [/if \(([^;]*?)\) revert [^;]+;/g, ''],
  [/ < /g, ' <= '],
  [/ > /g, ' >= '],
  [/ >= /g, ' > '],
  [/ == /g, ' != '],
  [/ != /g, ' == '],
  [/ \|\| /g, ' && '],
  [/ \+= /g, ' -= '],
  [/ -= /g, ' += '],
  [/\bterm\b(?=[,;)])/g, '(term + 1)'],
  [/\.bound = (true|false);/g, (whole, value) => `.bound = ${value === 'true' ? 'false' : 'true'};`],
  [/ onlyModule /g, ' '],
  [/ onlyOwner /g, ' '],
  [/ nonReentrant /g, ' '],
  [/machine\.done\+\+/g, 'machine.failed++'],
  [/- paid;/g, ';'],
  [/ledger\.(hold|release)\([^;]+;/g, ''],
]

const folder = mkdtempSync(join(tmpdir(), 'hearth-mutants-'))
for (const name of ['contracts', 'hardhat.config.ts', 'package.json'])
  cpSync(join(root, name), join(folder, name), {
    recursive: true,
    filter: (path) => !/contracts\/(cache|artifacts)/.test(path),
  })
for (const name of ['Market', 'Training', 'DataMarket']) rmSync(join(folder, `contracts/test/${name}.invariant.t.sol`))
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
const passes = () =>
  spawnSync(process.execPath, ['node_modules/hardhat/dist/src/cli.js', 'test', 'solidity'], {
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true' },
  }).status === 0

/** Every place where a fault fits. */
const mutants = ['Ledger', 'Market', 'DataAssets', 'DataMarket'].flatMap((name) => {
  const source = readFileSync(join(folder, 'contracts', `${name}.sol`), 'utf8')
  return faults.flatMap(([pattern, replacement]) =>
    [...source.matchAll(pattern)].flatMap((match) => {
      const line = source.slice(0, match.index).split('\n').length
      const text = source.split('\n')[line - 1].trim()
      if (/^(\/\/|\*|import|event|error)/.test(text)) return []
      const put = typeof replacement === 'function' ? replacement(...match) : replacement
      const mutated = source.slice(0, match.index) + put + source.slice(match.index + match[0].length)
      return [
        {
          name,
          source,
          mutated,
          where: `${name}.sol:${line}: ${text}  (${match[0].trim()} → ${put.trim() || 'nothing'})`,
        },
      ]
    }),
  )
})
// A limit takes an even sample of them.
const every = Math.max(1, mutants.length / limit)
const chosen = mutants.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every))

if (!passes()) throw new Error('the tests fail without any fault')
let killed = 0
for (const [i, { name, source, mutated, where }] of chosen.entries()) {
  const file = join(folder, 'contracts', `${name}.sol`)
  writeFileSync(file, mutated)
  if (passes()) process.stdout.write(`survived: ${where}\n`)
  else killed++
  writeFileSync(file, source)
  process.stderr.write(`\r${killed} of ${i + 1} killed, ${chosen.length} in all `)
}
rmSync(folder, { recursive: true, force: true })
const share = killed / chosen.length
process.stdout.write(
  `\n${chosen.length} of ${mutants.length} mutants tried, ${killed} killed, ${(share * 100).toFixed(1)} % (bar 90 %)\n`,
)
process.exit(share >= 0.9 ? 0 : 1)
