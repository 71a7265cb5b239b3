import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { InvalidArgumentError } from '@commander-js/extra-typings'
import type { MediaReport } from '../../../../common/model/collection.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { listed } from '../../../../common/strict-reader.ts'
import type { Skipped } from '../../../importers/import-file.ts'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { command, handled } from '../../../cli/commands.ts'
import { printResult } from '../../../cli/output.ts'

const positive = (text: string): number => {
  if (!/^\d{1,6}(\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError('a number such as 2.5 is wanted')
  return Number(text)
}

/** `data media`: what pictures and recordings are worth, and what their files say beside them. */
export const mediaCommands: CommandGroup = (data) => {
  command(
    data,
    'media <paths...>',
    'what pictures and recordings are worth, and what their files say beside them; folders and archives are read ' +
      'from within',
  )
    .option('--out <folder>', 'write them there under numbers, freed of all that, with a row of figures each')
    .option('--distinct', 'of pictures that look alike, keep the first', false)
    .option('--sharpness <number>', 'leave out pictures below it', positive, 0)
    .option('--seconds <number>', 'leave out recordings below it', positive, 0)
    .action(
      handled(async ({ json }, { out, distinct, sharpness, seconds }, paths) => {
        const { everything } = await import('../../../../common/model/collection.ts')
        const { skipIn } = await import('../../../importers/import-file.ts')
        const { collectMedia } = await import('../../../processes/curation/media/collect.ts')
        const { judgeMedia } = await import('../../../processes/curation/media/gallery.ts')
        const { packageMedia } = await import('../../../processes/curation/media/package-media.ts')
        const skipped: Skipped = new Map()
        const folder = await mkdtemp(join(tmpdir(), 'hearth-media-'))
        try {
          const { items, broken } = await collectMedia(
            paths.map((path) => resolve(path)),
            folder,
            skipIn(skipped),
            () => {},
          )
          if (items === 0)
            throw new HearthError(
              'DATASET_BROKEN',
              `none of it can be read as a picture or a recording${broken.length > 0 ? `: ${listed(broken)}` : ''}`,
            )
          const choices = {
            ...everything,
            filters: { ...everything.filters, duplicates: distinct, sharpness, seconds },
          }
          const { report, hidden, leaving } = await judgeMedia(folder, choices)
          const written =
            out === undefined
              ? null
              : { out: resolve(out), ...(await packageMedia(folder, choices, resolve(out), 'data.jsonl', () => {})) }
          printResult(
            { items, report, hidden, dropped: leaving.dropped, skipped: Object.fromEntries(skipped), broken, written },
            json,
            () =>
              [
                ...describe(report),
                `${hidden.located} pictures say where they were taken, ${hidden.saying} say something beside the ` +
                  `picture; ${hidden.voices} voices`,
                ...[...Object.entries(leaving.dropped), ...skipped].map(([why, count]) => `left out: ${count} ${why}`),
                ...[...broken, ...(written?.broken ?? [])].map((name) => `cannot be read: ${name}`),
                ...(written ? [`${written.items} files in ${written.out}, freed of that`] : []),
              ].join('\n'),
          )
        } finally {
          await rm(folder, { recursive: true, force: true })
        }
      }),
    )
}

const describe = ({ pictures, recordings, duplicates }: MediaReport): string[] => [
  ...(pictures.items > 0
    ? [
        `${pictures.items} pictures; half have a shorter side above ${pictures.side} pixels and a sharpness above ` +
          `${pictures.sharpness}`,
      ]
    : []),
  ...(recordings.items > 0
    ? [`${recordings.items} recordings, ${Math.round(recordings.seconds)} s; ${recordings.clipped} overdriven`]
    : []),
  `${duplicates.exact} the same, ${duplicates.near} that look alike`,
]
