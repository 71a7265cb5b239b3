/**
 * npm run check:features: MFCC against CMU Sphinx's own front end (Debian's sphinxbase-utils) and librosa's definition
 * in numpy; image features against scikit-image. What is missing is skipped with a reason.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mfcc } from '../main/processes/curation/audio/mfcc.ts'
import { readAudio } from '../main/processes/curation/audio/read-audio.ts'
import { blobsDoh, blobsLog, hessianDeterminant, integral } from '../main/processes/curation/image/blobs.ts'
import { fast, harris } from '../main/processes/curation/image/corners.ts'
import { canny, sobel } from '../main/processes/curation/image/edges.ts'
import { readGrey } from '../main/processes/curation/image/plane.ts'
import { frangi } from '../main/processes/curation/image/ridges.ts'
import { writePicture, writeRecording } from './support/feature-samples.ts'
import { findPython } from './support/torch.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearth-features-'))
const [wav, png] = [join(folder, 'recording.wav'), join(folder, 'picture.png')]
let failed = 0

function judge(what: string, value: number, bar: number): void {
  const ok = value <= bar
  if (!ok) failed++
  process.stdout.write(`${ok ? 'ok  ' : 'HIGH'} ${what}: ${value.toExponential(2)} (bar ${bar})\n`)
}
const skip = (what: string, why: string): void => void process.stdout.write(`skip ${what}: ${why}\n`)
/** The largest difference; a different shape is as bad as can be. */
const distance = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length ? a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) : Infinity

function sphinxReference(): number[][] | null {
  const args = [
    '-i',
    wav,
    '-o',
    join(folder, 'out.mfc'),
    '-mswav',
    'yes',
    '-alpha',
    '0.97',
    '-lowerf',
    '133.33334',
    '-upperf',
    '6855.4976',
    '-nfilt',
    '40',
    '-dither',
    'no',
    '-remove_dc',
    'no',
    '-remove_noise',
    'no',
    '-remove_silence',
    'no',
    '-transform',
    'legacy',
    '-ncep',
    '13',
    '-lifter',
    '0',
    '-samprate',
    '16000',
    '-nfft',
    '512',
    '-wlen',
    '0.025625',
  ]
  if (spawnSync('sphinx_fe', args).error) return null
  const bytes = readFileSync(join(folder, 'out.mfc'))
  const little = bytes.readInt32LE(0) * 4 + 4 === bytes.length
  const value = (i: number): number => (little ? bytes.readFloatLE(4 + 4 * i) : bytes.readFloatBE(4 + 4 * i))
  return Array.from({ length: (bytes.length - 4) / 52 }, (_, frame) =>
    Array.from({ length: 13 }, (_u, i) => value(frame * 13 + i)),
  )
}

function python(script: string, packages: readonly string[], argument: string): unknown {
  const found = findPython(packages)
  if (!found) return null
  const { status, stdout, stderr } = spawnSync(
    found,
    [fileURLToPath(new URL(`./reference/${script}`, import.meta.url)), argument],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  )
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

try {
  await writeRecording(wav)
  await writePicture(png)
  const { samples, rate } = await readAudio(wav)
  const sphinx = sphinxReference()
  if (sphinx) judge('MFCC, CMU Sphinx’s sphinx_fe', distance(mfcc(samples, rate, 'sphinx').flat(), sphinx.flat()), 1e-4)
  else skip('MFCC, sphinx_fe', 'sphinxbase-utils is not installed')
  const librosa = python('mfcc.py', ['numpy', 'scipy'], wav) as number[][] | null
  if (librosa)
    judge('MFCC, librosa’s definition', distance(mfcc(samples, rate, 'librosa').flat(), librosa.flat()), 1e-4)
  else skip('MFCC, librosa’s definition', 'numpy and scipy are not installed')

  const image = await readGrey(png)
  const reference = python('image_features.py', ['skimage'], png) as
    | (Record<string, number[]> & { version: string; log: number[][]; doh: number[][] })
    | null
  if (reference) {
    const planes = {
      sobel: sobel(image),
      canny: canny(image),
      harris: harris(image),
      fast: fast(image),
      frangi: frangi(image),
      hessian: hessianDeterminant(integral(image), 4.2),
    }
    for (const [name, { data }] of Object.entries(planes)) {
      // Debian 12's computes Frangi's measure otherwise than today's.
      if (name === 'frangi' && /^0\.(?:1\d|\d)\./.test(reference.version))
        skip('frangi', `scikit-image ${reference.version} is older than 0.20`)
      else judge(`${name}, scikit-image`, distance([...data], reference[name]!), name === 'canny' ? 0 : 1e-9)
    }
    const sorted = (blobs: readonly { row: number; column: number; sigma: number }[]): number[] =>
      blobs
        .map(({ row, column, sigma }) => [row, column, sigma])
        .sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!)
        .flat()
    judge(
      `blobs by LoG (${reference.log.length}), scikit-image`,
      distance(sorted(blobsLog(image)), reference.log.flat()),
      1e-9,
    )
    judge(
      `blobs by DoH (${reference.doh.length}), scikit-image`,
      distance(sorted(blobsDoh(image)), reference.doh.flat()),
      1e-9,
    )
  } else skip('image features', 'scikit-image is not installed')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = failed > 0 ? 1 : 0
