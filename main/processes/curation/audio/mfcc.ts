import type { MfccDefinition } from '../../../../common/model/data-names.ts'
import { PowerSpectrum } from './fft.ts'

export const COEFFICIENTS = 13

/** A triangle of a filter bank: the bins that it weighs, and how. */
type Filter = readonly (readonly [bin: number, weight: number])[]

const dot = (filter: Filter, power: Float64Array): number =>
  filter.reduce((sum, [bin, weight]) => sum + power[bin]! * weight, 0)

/**
 * Mel-frequency cepstral coefficients, frames × 13. `sphinx` is CMU Sphinx's front end (sphinx_fe with -alpha 0.97,
 * -lowerf 133.33334, -upperf 6855.4976, -nfilt 40, the legacy transform, no dither, no lifter, no mean normalisation);
 * `librosa` is librosa.feature.mfcc with n_fft 512, hop 160, 40 Slaney mels and zero padding.
 * @param samples one channel, −1 to 1 @param rate samples a second
 */
export function mfcc(samples: Float64Array, rate: number, definition: MfccDefinition): number[][] {
  return definition === 'sphinx' ? sphinx(samples, rate) : librosa(samples, rate)
}

const htkMel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700)
const htkHertz = (mel: number): number => 700 * (10 ** (mel / 2595) - 1)

function sphinx(samples: Float64Array, rate: number): number[][] {
  const [filters, low, high, alpha] = [40, 133.33334, 6855.4976, 0.97]
  const window = Math.floor(0.025625 * rate + 0.5)
  const shift = Math.floor(rate / 100 + 0.5)
  const spectrum = new PowerSpectrum(Math.max(512, 2 ** Math.ceil(Math.log2(window))))
  const bank = sphinxBank(filters, low, Math.min(high, rate / 2), rate, spectrum.size)
  const hamming = Float64Array.from(
    { length: window },
    (_, i) => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (window - 1)),
  )
  // Sphinx works on 16-bit samples.
  const emphasised = samples.map((sample, i) => 32768 * (sample - alpha * (samples[i - 1] ?? 0)))
  // What is left at the end makes a last frame, padded with zeros.
  const count =
    samples.length < window
      ? samples.length > 0
        ? 1
        : 0
      : Math.floor((samples.length - window) / shift) + 1 + ((samples.length - window) % shift === 0 ? 0 : 1)
  return Array.from({ length: count }, (_, frame) => {
    const power = spectrum.of(hamming.map((weight, i) => weight * (emphasised[frame * shift + i] ?? 0)))
    const logs = bank.map((filter) => Math.log(Math.max(1e-4, dot(filter, power))))
    return Array.from({ length: COEFFICIENTS }, (_u, i) => {
      const sum = logs.reduce(
        (total, log, j) => total + log * Math.cos((Math.PI * i * (j + 0.5)) / filters) * (j === 0 ? 1 : 2),
        0,
      )
      return sum / (filters * 2)
    })
  })
}

function sphinxBank(filters: number, low: number, high: number, rate: number, size: number): Filter[] {
  const bin = rate / size
  const [from, step] = [htkMel(low), (htkMel(high) - htkMel(low)) / (filters + 1)]
  const rounded = (mel: number): number => Math.floor(htkHertz(mel) / bin + 0.5) * bin
  return Array.from({ length: filters }, (_, i) => {
    const [left, centre, right] = [0, 1, 2].map((j) => rounded(from + (i + j) * step)) as [number, number, number]
    const weights: [number, number][] = []
    for (let k = 0; k <= size / 2; k++) {
      const hertz = k * bin
      if (hertz < left || hertz > right) continue
      const weight =
        Math.min((hertz - left) / (centre - left), (right - hertz) / (right - centre)) * (2 / (right - left))
      if (weight > 0) weights.push([k, weight])
    }
    return weights
  })
}

const SLANEY = Math.log(6.4) / 27
const slaneyMel = (hertz: number): number => (hertz < 1000 ? (hertz * 3) / 200 : 15 + Math.log(hertz / 1000) / SLANEY)
const slaneyHertz = (mel: number): number => (mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp(SLANEY * (mel - 15)))

function librosa(samples: Float64Array, rate: number): number[][] {
  const [size, hop, mels] = [512, 160, 40]
  const spectrum = new PowerSpectrum(size)
  const padded = new Float64Array(samples.length + size)
  padded.set(samples, size / 2)
  const hann = Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size))
  const points = Array.from({ length: mels + 2 }, (_, i) => slaneyHertz((i * slaneyMel(rate / 2)) / (mels + 1)))
  const bank: Filter[] = Array.from({ length: mels }, (_, i) => {
    const [left, centre, right] = [points[i]!, points[i + 1]!, points[i + 2]!]
    const weights: [number, number][] = []
    for (let k = 0; k <= size / 2; k++) {
      const hertz = (k * rate) / size
      const weight =
        (Math.max(0, Math.min((hertz - left) / (centre - left), (right - hertz) / (right - centre))) * 2) /
        (right - left)
      if (weight > 0) weights.push([k, weight])
    }
    return weights
  })
  const decibels: number[][] = []
  for (let start = 0; start + size <= padded.length; start += hop) {
    const power = spectrum.of(hann.map((weight, i) => weight * padded[start + i]!))
    decibels.push(bank.map((filter) => 10 * Math.log10(Math.max(1e-10, dot(filter, power)))))
  }
  const top = decibels.reduce((most, frame) => Math.max(most, ...frame), -Infinity) - 80
  return decibels.map((frame) =>
    Array.from(
      { length: COEFFICIENTS },
      (_, i) =>
        frame.reduce(
          (sum, value, j) => sum + Math.max(value, top) * Math.cos((Math.PI * i * (2 * j + 1)) / (2 * mels)),
          0,
        ) * Math.sqrt((i === 0 ? 1 : 2) / mels),
    ),
  )
}
