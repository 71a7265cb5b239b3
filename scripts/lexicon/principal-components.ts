/**
 * Rows of length 1, less their mean, in the directions in which they differ most.
 * @returns one row of `width` a row
 */
export function principalComponents(rows: readonly Float32Array[], width: number): Float32Array {
  const size = rows[0]!.length
  const mean = new Float64Array(size)
  const units = rows.map(unitRow)
  for (const row of units) row.forEach((value, i) => (mean[i]! += value / units.length))
  const centred = units.map((row) => unitRow(row.map((value, i) => value - mean[i]!)))
  const covariance = new Float64Array(size * size)
  for (const row of centred)
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) covariance[i * size + j]! += row[i]! * row[j]!
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) covariance[j * size + i] = covariance[i * size + j]!
  const { values, vectors } = eigen(covariance, size)
  const order = [...values.keys()].toSorted((a, b) => values[b]! - values[a]!).slice(0, width)
  const result = new Float32Array(rows.length * width)
  for (const [row, from] of centred.entries())
    for (const [j, column] of order.entries()) {
      let sum = 0
      for (let i = 0; i < size; i++) sum += from[i]! * vectors[i * size + column]!
      result[row * width + j] = sum
    }
  return result
}

export function unitRow(row: Float32Array): Float32Array {
  const length = Math.hypot(...row) || 1
  return row.map((value) => value / length)
}

/** Eigenvalues and eigenvectors (columns) of a symmetric matrix, by Jacobi rotations (Golub and Van Loan 2013, 8.5). */
function eigen(matrix: Float64Array, size: number): { values: Float64Array; vectors: Float64Array } {
  const a = matrix.slice()
  const v = new Float64Array(size * size)
  for (let i = 0; i < size; i++) v[i * size + i] = 1
  for (let sweep = 0; sweep < 12; sweep++)
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) {
        const off = a[p * size + q]!
        if (Math.abs(off) < 1e-12) continue
        const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * off)
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
        const c = 1 / Math.sqrt(t * t + 1)
        const s = t * c
        for (let i = 0; i < size; i++) {
          const [x, y] = [a[i * size + p]!, a[i * size + q]!]
          a[i * size + p] = c * x - s * y
          a[i * size + q] = s * x + c * y
        }
        for (let i = 0; i < size; i++) {
          const [x, y] = [a[p * size + i]!, a[q * size + i]!]
          a[p * size + i] = c * x - s * y
          a[q * size + i] = s * x + c * y
        }
        for (let i = 0; i < size; i++) {
          const [x, y] = [v[i * size + p]!, v[i * size + q]!]
          v[i * size + p] = c * x - s * y
          v[i * size + q] = s * x + c * y
        }
      }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]!), vectors: v }
}
