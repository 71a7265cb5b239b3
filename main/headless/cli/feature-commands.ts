import { resolve } from 'node:path'
import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { mfcc, mfccDefinitions } from '../../processes/curation/audio/mfcc.ts'
import { featureOf, imageFeatures } from '../../processes/curation/image/summary.ts'
import { command, handled } from './commands.ts'
import { printResult } from './output.ts'

/** `features`: what recordings and images hold, for quality reports and previews. */
export function addFeatureCommands(program: CommandUnknownOpts): void {
  const features = program.command('features').description('features of recordings and images')
  command(features, 'mfcc <file>', 'mel-frequency cepstral coefficients of a recording, 13 a frame of 10 ms')
    .addOption(new Option('--definition <name>', 'whose definition').choices(mfccDefinitions).default('sphinx'))
    .action(
      handled(async ({ json }, { definition }, file) => {
        const { readAudio } = await import('../../processes/curation/audio/read-audio.ts')
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
        const { readGrey } = await import('../../processes/curation/image/plane.ts')
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
