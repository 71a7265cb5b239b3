import { open } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { InvalidArgumentError, Option, type Command, type OptionValues } from '@commander-js/extra-typings'
import type { CountryCode } from 'libphonenumber-js/max'
import {
  dateOrders,
  exportFormats,
  importFormats,
  type DateOrder,
  type ImportFormat,
} from '../../../../common/model/data-names.ts'
import type { ExportOptions } from '../../../../common/model/dataset.ts'
import { NOT_LOOKED_FOR, personalInWords } from '../../../../common/model/personal-kinds.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { Skipped } from '../../../importers/import-file.ts'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { command, handled } from '../../../cli/commands.ts'
import { printResult } from '../../../cli/output.ts'
import { leftOut, zoneOption } from '../../../cli/reading.ts'

/** @throws HearthError BAD_INPUT for what is no country with a dialling code */
async function countryOf(text: string): Promise<CountryCode> {
  const { isSupportedCountry } = await import('libphonenumber-js/max')
  const code = text.toUpperCase()
  if (!isSupportedCountry(code)) throw new HearthError('BAD_INPUT', `a country is two letters, such as DE, not ${text}`)
  return code
}
const shares = (text: string): ExportOptions['shares'] => {
  const [train = 0, validation = 0, test = 0] = text.split(/[/,]/).map(Number)
  if (!/^\d{1,3}([/,]\d{1,3}){1,2}$/.test(text) || train + validation + test !== 100)
    throw new InvalidArgumentError('three shares that make a hundred are wanted, such as 80/10/10')
  return { train: train / 100, validation: validation / 100, test: test / 100 }
}
const source = <Args extends unknown[], Opts extends OptionValues>(it: Command<Args, Opts, OptionValues>) =>
  it
    .addOption(new Option('--format <name>', 'what the file is, where its name does not tell').choices(importFormats))
    .addOption(
      new Option('--dates <order>', 'the order of day and month, where the file does not tell').choices(dateOrders),
    )
    .addOption(zoneOption())
    .option('--country <code>', 'where phone numbers without a country’s code are from', 'US')
interface Source {
  readonly format?: ImportFormat
  readonly dates?: DateOrder
  readonly zone?: string
  readonly country: string
}
const readOptions = ({ format, dates, zone }: Source) => ({
  format: format ?? null,
  dateOrder: dates ?? null,
  zone: zone ?? null,
})
async function reportOn(file: string, options: Source, skipped: Skipped) {
  const { importFile } = await import('../../../importers/import-file.ts')
  const { qualityReport } = await import('../../../processes/curation/report/quality-report.ts')
  const country = await countryOf(options.country)
  return qualityReport(importFile(resolve(file), readOptions(options), skipped), { country }, skipped)
}
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** `data import`, `report` and `redact`: what a file holds, before any of it leaves. */
export const textCommands: CommandGroup = (data) => {
  source(command(data, 'import <file>', 'read an export of chats or texts into JSONL'))
    .requiredOption('--out <file>', 'where the JSONL goes')
    .action(
      handled(async ({ json }, options, file) => {
        const skipped: Skipped = new Map()
        let items = 0
        await using target = await open(resolve(options.out), 'wx')
        const { importFile } = await import('../../../importers/import-file.ts')
        for await (const item of importFile(resolve(file), readOptions(options), skipped)) {
          await target.write(`${JSON.stringify(item)}\n`)
          items++
        }
        printResult(
          { items, skipped: Object.fromEntries(skipped), out: resolve(options.out) },
          json,
          () =>
            `${items} items in ` +
            `${resolve(options.out)}${leftOut(Object.fromEntries(skipped))
              .map((line) => `\n${line}`)
              .join('')}`,
        )
      }),
    )
  source(command(data, 'report <file>', 'report the quality of a dataset and the personal data in it')).action(
    handled(async ({ json }, options, file) => {
      const skipped: Skipped = new Map()
      const report = await reportOn(file, options, skipped)
      printResult(report, json, () =>
        [
          `${report.items} items, ${report.characters} characters; half are longer than ${report.length.median}`,
          `entropy ${report.entropy.toFixed(2)} bits a letter`,
          `languages ${
            Object.entries(report.languages)
              .map(([name, share]) => `${name} ${percent(share)}`)
              .join(', ') || 'none'
          }`,
          `duplicates ${report.duplicates.exact} exact, ${report.duplicates.near} near ` +
            `(${percent(report.duplicates.share)})`,
          `personal data in ${report.personal.items} items: ${personalInWords(report.personal)}`,
          `${report.turns.authors} ` +
            `authors${report.turns.balance === null ? '' : `, balance ${report.turns.balance.toFixed(2)}`}`,
          `${report.span.from ?? 'no times'}${report.span.to ? ` to ${report.span.to}` : ''}`,
          ...leftOut(report.skipped),
        ].join('\n'),
      )
    }),
  )
  source(command(data, 'redact <file>', 'replace personal data with marks, the same mark for the same person'))
    .requiredOption('--out <file>', 'where the JSONL goes')
    .action(
      handled(async ({ json }, options, file) => {
        const { importFile } = await import('../../../importers/import-file.ts')
        const { peopleIn, Redactor } = await import('../../../processes/curation/personal/redact.ts')
        const people = await peopleIn(importFile(resolve(file), readOptions(options), new Map()))
        const redactor = new Redactor({ country: await countryOf(options.country), people, keep: new Set() })
        let items = 0
        const skipped: Skipped = new Map()
        await using target = await open(resolve(options.out), 'wx')
        for await (const item of importFile(resolve(file), readOptions(options), skipped)) {
          await target.write(`${JSON.stringify(redactor.redact(item))}\n`)
          items++
        }
        const { changed, counts } = redactor
        const out = resolve(options.out)
        const left = Object.fromEntries(skipped)
        printResult({ items, changed, counts, skipped: left, out }, json, () => {
          const found = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`)
          return [
            `${items} items in ${out}, ${changed} of them changed: ` +
              (found.join(', ') || 'none of the kinds that are looked for'),
            `Not looked for: ${NOT_LOOKED_FOR}. Read the result before you give it away.`,
            ...leftOut(left),
          ].join('\n')
        })
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
    .addOption(new Option('--as <format>', 'how the rows are written').choices(exportFormats).default('parquet'))
    .option('--split <shares>', 'train, validation and test, in percent', shares, {
      train: 0.8,
      validation: 0.1,
      test: 0.1,
    })
    .option('--seed <text>', 'decides which conversation goes where', '1')
    .option('--name <text>', 'what it is called; the file’s name without it')
    .option('--licence <id>', 'as the hub writes it, such as cc-by-4.0', 'other')
    .action(
      handled(async ({ json }, options, file) => {
        const skipped: Skipped = new Map()
        const report = await reportOn(file, options, skipped)
        const request = {
          name: options.name ?? basename(file),
          licence: options.licence,
          format: options.as,
          shares: options.split,
          seed: options.seed,
        }
        const { importFile } = await import('../../../importers/import-file.ts')
        const { exportDataset } = await import('../../../processes/curation/export/export-dataset.ts')
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
