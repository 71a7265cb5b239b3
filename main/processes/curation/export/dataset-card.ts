import { personalInWords } from '../../../../common/model/personal-kinds.ts'
import type { QualityReport } from '../../../../common/model/quality.ts'
import type { SplitName } from '../../../../common/model/data-names.ts'

const sizes = [
  [1e3, 'n<1K'],
  [1e4, '1K<n<10K'],
  [1e5, '10K<n<100K'],
  [1e6, '100K<n<1M'],
  [1e7, '1M<n<10M'],
] as const

/**
 * A README.md as the Hugging Face hub reads it (https://huggingface.co/docs/hub/datasets-cards), all of it measured.
 */
export function datasetCard(
  name: string,
  licence: string,
  report: QualityReport,
  files: Readonly<Partial<Record<SplitName, string>>>,
): string {
  const { items, characters, length } = report
  const languages = Object.keys(report.languages).filter((language) => language !== 'und')
  const size = sizes.find(([most]) => items < most)?.[1] ?? 'n>10M'
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
  const { from, to } = report.span
  const span = from === null || to === null ? '' : `, from ${from.slice(0, 10)} to ${to.slice(0, 10)}`
  return `---
pretty_name: ${JSON.stringify(name)}
license: ${licence}
language: [${languages.join(', ')}]
size_categories: [${size}]
configs:
  - config_name: default
    data_files:
${Object.entries(files)
  .map(([split, path]) => `      - split: ${split}\n        path: ${path}`)
  .join('\n')}
---

# ${name.replaceAll('\n', ' ')}

${items} items, ${characters} characters${span}. Half of them are longer than ${length.median} characters.

| | |
|---|---|
| Entropy | ${report.entropy.toFixed(2)} bits a letter |
| Languages | ${
    Object.entries(report.languages)
      .map(([language, share]) => `${language} ${percent(share)}`)
      .join(', ') || 'none'
  } |
| Duplicates | ${report.duplicates.exact} exact, ${report.duplicates.near} near (${percent(report.duplicates.share)}) |
| Authors | ${report.turns.authors} |
| Personal data | ${personalInWords(report.personal)} |

Columns: \`id\`, \`ts\` (milliseconds since 1970), \`author\`, \`text\`, \`session\`.
`
}
