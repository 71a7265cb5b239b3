/**
 * Variants of models, adapters and files against the libraries that define them: each must give the oracle's numbers or
 * be refused in words; none may be wrong in silence. Prints a table and exits 1 where one is.
 * npm run check:models [group …] [--record]   (HEARTH_PYTHON names a Python with torch, transformers and peft)
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { adapters } from './models/adapters.ts'
import { configs, weightFiles } from './models/configs.ts'
import { ggufFiles } from './models/gguf.ts'
import { ggufTokenizers } from './models/gguf-tokenizers.ts'
import { metadata } from './models/metadata.ts'
import { recorded } from './models/recorded.ts'
import type { Group, Row } from './models/row.ts'
import { templates } from './models/templates.ts'
import { tokenizers } from './models/tokenizers.ts'
import { findPython } from './support/torch.ts'

const groups: readonly Group[] = [
  configs,
  weightFiles,
  metadata,
  adapters,
  recorded,
  tokenizers,
  templates,
  ggufFiles,
  ggufTokenizers,
]

const number = (value: number | null): string => (value === null ? '' : value.toExponential(1))
const line = ({ name, outcome, difference, lossDifference, words }: Row): string =>
  `${outcome.padEnd(8)} ${number(difference).padEnd(9)} ${number(lossDifference).padEnd(9)} ` +
  `${name.padEnd(28)} ${words}\n`

const wanted = process.argv.slice(2).filter((argument) => argument !== '--record')
const counts: Record<Row['outcome'], number> = { equal: 0, refused: 0, SILENT: 0 }
for (const group of groups) {
  if (wanted.length > 0 && !wanted.includes(group.name)) continue
  process.stdout.write(`\n${group.name}\n${'outcome'.padEnd(8)} ${'logits'.padEnd(9)} ${'loss'.padEnd(9)} variant\n`)
  const python = group.packages.length === 0 ? '' : findPython(group.packages)
  if (python === null) {
    process.stdout.write(`skipped: no Python with ${group.packages.join(', ')} (HEARTH_PYTHON names one)\n`)
    continue
  }
  const folder = await mkdtemp(join(tmpdir(), 'hearth-models-'))
  try {
    for (const row of await group.rows(python, folder)) {
      counts[row.outcome]++
      process.stdout.write(line(row))
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
process.stdout.write(`\n${counts.equal} equal, ${counts.refused} refused in words, ${counts.SILENT} wrong in silence\n`)
process.exit(counts.SILENT > 0 ? 1 : 0)
