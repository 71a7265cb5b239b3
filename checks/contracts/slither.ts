/**
 * npm run check:contracts: slither (PyPI slither-analyzer) over the contracts; `HEARTH_SLITHER` names it. What it finds
 * is in the list below with the reason why it stays, or the check fails.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { registry } from '../../common/chain/contracts.ts'

/** By slither's detector: where it speaks, and why that is as it should be. */
const triaged: Readonly<Record<string, { readonly contracts: readonly string[]; readonly why: string }>> = {
  'calls-loop': { contracts: ['Jury'], why: 'seats of a case are bounded; the Ledger is ours and calls nobody' },
  'divide-before-multiply': { contracts: ['Jury'], why: 'the fee is whole units; what is left over is the winner’s' },
  'incorrect-equality': { contracts: ['DataAssets'], why: 'zero is no parent' },
  'reentrancy-benign': { contracts: ['Ledger'], why: 'the permit comes before anything is counted' },
  'reentrancy-events': {
    contracts: ['DataMarket', 'Jury', 'Ledger', 'Training'],
    why: 'the calls go to Ledger and Jury, fixed at deployment, which call nobody',
  },
  'reentrancy-no-eth': { contracts: ['Jury', 'Training'], why: 'the same' },
  timestamp: {
    contracts: ['DataMarket', 'Jury', 'Market', 'Training'],
    why: 'deadlines of a minute and more; a proposer moves the clock by seconds',
  },
  'uninitialized-local': { contracts: ['Jury'], why: 'a counter begins at zero' },
  'unused-return': { contracts: ['Jury', 'Market', 'Training'], why: 'a part of what a call gives is wanted' },
}

const Report = z.object({
  success: z.boolean(),
  error: z.string().nullable(),
  results: z.object({
    detectors: z
      .array(
        z.object({ check: z.string(), impact: z.string(), description: z.string(), elements: z.array(z.unknown()) }),
      )
      .default([]),
  }),
})

const slither = process.env.HEARTH_SLITHER ?? 'slither'
if (spawnSync(slither, ['--version']).status !== 0) {
  process.stdout.write('skipped: there is no slither here (pip install slither-analyzer; HEARTH_SLITHER names it)\n')
  process.exit(0)
}
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'hearth-slither-'))
const compiler = join(folder, 'solc')
writeFileSync(compiler, `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, 'solc.mjs')}" "$@"\n`)
chmodSync(compiler, 0o700)
let bad = 0
for (const { artefact } of registry.modules) {
  const json = join(folder, `${artefact}.json`)
  const filters = ['--filter-paths', 'openzeppelin', '--exclude-informational', '--exclude-optimization']
  const run = spawnSync(slither, [`${artefact}.sol`, '--solc', compiler, ...filters, '--json', json], {
    cwd: join(root, 'contracts'),
    encoding: 'utf8',
  })
  const report = Report.parse(JSON.parse(readFileSync(json, 'utf8')))
  if (!report.success) throw new Error(`slither failed on ${artefact}: ${report.error ?? run.stderr}`)
  const unknown = report.results.detectors.filter(
    ({ check, description }) => !triaged[check]?.contracts.some((name) => description.includes(`${name}.`)),
  )
  for (const { check, impact, description } of unknown) process.stdout.write(`${check} (${impact}): ${description}\n`)
  bad += unknown.length
  process.stdout.write(`${artefact}: ${report.results.detectors.length} findings, ${unknown.length} not triaged\n`)
}
rmSync(folder, { recursive: true, force: true })
process.exit(bad ? 1 : 0)
