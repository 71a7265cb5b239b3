import { resolve } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import { imageFeatures, mfccDefinitions } from '../../../../common/model/data-names.ts'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { command, handled } from '../../../cli/commands.ts'
import { printResult } from '../../../cli/output.ts'

/** `features`: what recordings and images hold, for quality reports and previews. */
export const featureCommands: CommandGroup = (program) => {
  const features = program.command('features').description('features of recordings and images')
  command(features, 'mfcc <file>', 'mel-frequency cepstral coefficients of a recording, 13 a frame of 10 ms')
    .addOption(new Option('--definition <name>', 'whose definition').choices(mfccDefinitions).default('sphinx'))
    .action(
      handled(async ({ json }, { definition }, file) => {
        const { mfcc } = await import('../../../processes/curation/audio/mfcc.ts')
        const { readAudio } = await import('../../../processes/curation/audio/read-audio.ts')
        const { samples, rate, seconds } = await readAudio(resolve(file))
        const rows = mfcc(samples, rate, definition)
        printResult(
          { definition, sampleRate: rate, seconds, frames: rows.length, coefficients: 13, mfcc: rows },
          json,
          () => rows.map((row) => row.map((value) => value.toFixed(4)).join(' ')).join('\n'),
        )
      }),
    )
  command(features, 'image <file>', 'edges, corners, blobs or ridges of an image')
    .addOption(new Option('--kind <name>', 'which').choices(imageFeatures).makeOptionMandatory())
    .action(
      handled(async ({ json }, { kind }, file) => {
        const { readGrey } = await import('../../../processes/curation/image/plane.ts')
        const { featureOf } = await import('../../../processes/curation/image/summary.ts')
        const found = featureOf(await readGrey(resolve(file)), kind)
        printResult(found, json, () =>
          [
            `${found.columns} × ${found.rows} pixels`,
            ...(found.response
              ? [
                  Object.entries(found.response)
                    .map(([name, value]) => `${name} ${value.toPrecision(5)}`)
                    .join(', '),
                ]
              : []),
            ...(found.points ?? []).map((point) =>
              Object.entries(point)
                .map(([name, value]) => `${name} ${Number(value.toPrecision(5))}`)
                .join('  '),
            ),
          ].join('\n'),
        )
      }),
    )
}
