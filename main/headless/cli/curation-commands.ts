import { open } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { isSupportedCountry, type CountryCode } from 'libphonenumber-js/max'
import {
  dateOrders,
  exportFormats,
  importFormats,
  type DateOrder,
  type ExportFormat,
  type ImportFormat,
} from '../../../common/model/data-names.ts'
import type { ExportOptions } from '../../../common/model/dataset.ts'
import { exportDataset } from '../../processes/curation/export/export-dataset.ts'
import { importFile, type Skipped } from '../../importers/import-file.ts'
import { namesIn, Redactor } from '../../processes/curation/personal/redact.ts'
import { qualityReport } from '../../processes/curation/report/quality-report.ts'
import { command, handled } from './commands.ts'
import { printResult } from './output.ts'

interface Options {
  readonly format?: ImportFormat
  readonly dates?: DateOrder
  readonly country: CountryCode
  readonly out: string
}

const country = (text: string): CountryCode => {
  const code = text.toUpperCase()
  if (!isSupportedCountry(code)) throw new InvalidArgumentError('a country is two letters, such as DE')
  return code
}
const shares = (text: string): ExportOptions['shares'] => {
  const [train = 0, validation = 0, test = 0] = text.split(/[/,]/).map(Number)
  if (!/^\d{1,3}([/,]\d{1,3}){1,2}$/.test(text) || train + validation + test !== 100)
    throw new InvalidArgumentError('three shares that make a hundred are wanted, such as 80/10/10')
  return { train: train / 100, validation: validation / 100, test: test / 100 }
}
const source = (it: Command): Command =>
  it
    .addOption(
      new Option('--format <name>', 'what the file is, where its name does not tell').choices([...importFormats]),
    )
    .addOption(
      new Option('--dates <order>', 'the order of day and month, where the file does not tell').choices([
        ...dateOrders,
      ]),
    )
    .option('--country <code>', 'where phone numbers without a country’s code are from', country, 'US')
const readOptions = ({ format, dates }: Options) => ({ format: format ?? null, dateOrder: dates ?? null })
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** `data import`, `report` and `redact`: what a file holds, before any of it leaves. */
export function addCurationCommands(data: Command): void {
  source(command(data, 'import <file>', 'read an export of chats or texts into JSONL'))
    .requiredOption('--out <file>', 'where the JSONL goes')
    .action(
      handled(async ({ json }, raw, file) => {
        const options = raw as unknown as Options
        const skipped: Skipped = new Map()
        let items = 0
        await using target = await open(resolve(options.out), 'wx')
        for await (const item of importFile(resolve(file), readOptions(options), skipped)) {
          await target.write(`${JSON.stringify(item)}\n`)
          items++
        }
        printResult(
          { items, skipped: Object.fromEntries(skipped), out: resolve(options.out) },
          json,
          () =>
            `${items} items in ${resolve(options.out)}${[...skipped].map(([why, count]) => `\nleft out: ${count} ${why}`).join('')}`,
        )
      }),
    )
  source(command(data, 'report <file>', 'what a dataset is worth, and what in it is somebody’s business')).action(
    handled(async ({ json }, raw, file) => {
      const options = raw as unknown as Options
      const skipped: Skipped = new Map()
      const report = await qualityReport(
        importFile(resolve(file), readOptions(options), skipped),
        { country: options.country },
        skipped,
      )
      const personal = Object.entries(report.personal.counts).filter(([, count]) => count > 0)
      printResult(report, json, () =>
        [
          `${report.items} items, ${report.characters} characters; half are longer than ${report.length.median}`,
          `entropy ${report.entropy.toFixed(2)} bits a letter`,
          `languages ${
            Object.entries(report.languages)
              .map(([name, share]) => `${name} ${percent(share)}`)
              .join(', ') || 'none'
          }`,
          `duplicates ${report.duplicates.exact} exact, ${report.duplicates.near} near (${percent(report.duplicates.share)})`,
          `personal data in ${report.personal.items} items: ${personal.map(([kind, count]) => `${count} ${kind}`).join(', ') || 'none found; read it yourself all the same'}`,
          `${report.turns.authors} authors${report.turns.balance === null ? '' : `, balance ${report.turns.balance.toFixed(2)}`}`,
          `${report.span.from ?? 'no times'}${report.span.to ? ` to ${report.span.to}` : ''}`,
          ...Object.entries(report.skipped).map(([why, count]) => `left out: ${count} ${why}`),
        ].join('\n'),
      )
    }),
  )
  source(command(data, 'redact <file>', 'put marks in the place of personal data, the same mark for the same person'))
    .requiredOption('--out <file>', 'where the JSONL goes')
    .action(
      handled(async ({ json }, raw, file) => {
        const options = raw as unknown as Options
        const names = await namesIn(importFile(resolve(file), readOptions(options), new Map()))
        const redactor = new Redactor({ country: options.country, names, keep: new Set() })
        let items = 0
        await using target = await open(resolve(options.out), 'wx')
        for await (const item of importFile(resolve(file), readOptions(options), new Map())) {
          await target.write(`${JSON.stringify(redactor.redact(item))}\n`)
          items++
        }
        const { changed, counts } = redactor
        printResult(
          { items, changed, counts, out: resolve(options.out) },
          json,
          () =>
            `${items} items in ${resolve(options.out)}, ${changed} of them changed: ${
              Object.entries(counts)
                .map(([kind, count]) => `${count} ${kind}`)
                .join(', ') || 'nothing found'
            }\nNames that the file itself does not tell, places and what a sentence implies are not found: read the result before you give it away.`,
        )
      }),
    )
  source(
    command(
      data,
      'export <file>',
      'write a dataset as a folder that Hugging Face’s load_dataset opens: Parquet or JSONL, splits, a card',
    ),
  )
    .requiredOption('--out <folder>', 'where it goes')
    .addOption(new Option('--as <format>', 'how the rows are written').choices([...exportFormats]).default('parquet'))
    .option('--split <shares>', 'train, validation and test, in percent', shares, {
      train: 0.8,
      validation: 0.1,
      test: 0.1,
    })
    .option('--seed <text>', 'decides which conversation goes where', '1')
    .option('--name <text>', 'what it is called; the file’s name without it')
    .option('--licence <id>', 'as the hub writes it, such as cc-by-4.0', 'other')
    .action(
      handled(async ({ json }, raw, file) => {
        const options = raw as unknown as Options & {
          as: ExportFormat
          split: ExportOptions['shares']
          seed: string
          name?: string
          licence: string
        }
        const skipped: Skipped = new Map()
        const report = await qualityReport(
          importFile(resolve(file), readOptions(options), skipped),
          { country: options.country },
          skipped,
        )
        const request = {
          name: options.name ?? basename(file),
          licence: options.licence,
          format: options.as,
          shares: options.split,
          seed: options.seed,
        }
        const result = await exportDataset(
          () => importFile(resolve(file), readOptions(options), new Map()),
          report,
          request,
          resolve(options.out),
          () => {},
        )
        printResult(
          result,
          json,
          () =>
            `${result.out}: ${Object.entries(result.splits)
              .map(([name, count]) => `${count} ${name}`)
              .join(', ')}`,
        )
      }),
    )
}
