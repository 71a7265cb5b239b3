import type { ClassMetrics, ValueMetrics } from '../../common/model/baseline.ts'
import { moments } from './profile.ts'

/** How well classes were told. @param logits [rows, classes]; @param y class numbers */
export function classMetrics(logits: Float32Array, y: Float32Array, classes: number): ClassMetrics {
  const rows = y.length
  const confusion = Array.from({ length: classes }, () => Array<number>(classes).fill(0))
  let logLoss = 0
  for (let row = 0; row < rows; row++) {
    const own = logits.subarray(row * classes, (row + 1) * classes)
    const best = own.indexOf(Math.max(...own))
    confusion[y[row]!]![best]!++
    const peak = own[best]!
    logLoss += peak + Math.log(own.reduce((sum, value) => sum + Math.exp(value - peak), 0)) - own[y[row]!]!
  }
  const counts = confusion.map((line) => line.reduce((a, b) => a + b, 0))
  const scores = confusion.map((line, i) => {
    const foretold = confusion.reduce((sum, other) => sum + other[i]!, 0)
    return foretold + counts[i]! === 0 ? null : (2 * line[i]!) / (foretold + counts[i]!)
  })
  const present = scores.filter((score) => score !== null)
  return {
    rows,
    accuracy: confusion.reduce((sum, line, i) => sum + line[i]!, 0) / rows,
    macroF1: present.reduce((a, b) => a + b, 0) / present.length,
    logLoss: logLoss / rows,
    /** Of whoever always says the most frequent class. */
    guessing: Math.max(...counts) / rows,
    confusion,
  }
}

/**
 * How well values were foretold, in the target's own units. @param y brought to mean 0 and deviation 1, as the outputs
 * are
 */
export function valueMetrics(outputs: Float32Array, y: Float32Array, deviation: number): ValueMetrics {
  const errors = Array.from(y, (value, i) => (outputs[i]! - value) * deviation)
  const squares = errors.reduce((sum, error) => sum + error * error, 0)
  const spread = moments(Array.from(y, (value) => value * deviation)).deviation
  return {
    rows: y.length,
    rootMeanSquare: Math.sqrt(squares / y.length),
    meanAbsolute: errors.reduce((sum, error) => sum + Math.abs(error), 0) / y.length,
    // Of whoever always says the mean of these rows.
    guessing: spread,
    explained: spread > 0 ? 1 - squares / y.length / spread ** 2 : 0,
  }
}
