import { Random } from '../../native/trainer/random.ts'

/** A sparse matrix by rows (CSR). */
export interface Sparse {
  readonly rows: number
  readonly columns: number
  readonly starts: Uint32Array
  readonly at: Uint32Array
  readonly values: Float32Array
}

/** A·X and Aᵀ·X for X of `width` columns, row by row. */
function times({ rows, starts, at, values }: Sparse, x: Float32Array, width: number): Float32Array {
  const y = new Float32Array(rows * width)
  for (let row = 0; row < rows; row++)
    for (let i = starts[row]!; i < starts[row + 1]!; i++) {
      const [value, from] = [values[i]!, at[i]! * width]
      for (let j = 0, to = row * width; j < width; j++, to++) y[to]! += value * x[from + j]!
    }
  return y
}
function timesTransposed({ rows, columns, starts, at, values }: Sparse, x: Float32Array, width: number): Float32Array {
  const y = new Float32Array(columns * width)
  for (let row = 0; row < rows; row++)
    for (let i = starts[row]!; i < starts[row + 1]!; i++) {
      const [value, to] = [values[i]!, at[i]! * width]
      for (let j = 0, from = row * width; j < width; j++, from++) y[to + j]! += value * x[from]!
    }
  return y
}

/** Makes the columns orthonormal (modified Gram-Schmidt, twice). */
function orthonormalise(x: Float32Array, rows: number, width: number): void {
  const dot = (a: number, b: number): number => {
    let sum = 0
    for (let i = 0; i < rows; i++) sum += x[i * width + a]! * x[i * width + b]!
    return sum
  }
  for (let column = 0; column < width; column++) {
    for (let round = 0; round < 2; round++)
      for (let before = 0; before < column; before++) {
        const shared = dot(column, before)
        for (let i = 0; i < rows; i++) x[i * width + column]! -= shared * x[i * width + before]!
      }
    const length = Math.sqrt(dot(column, column)) || 1
    for (let i = 0; i < rows; i++) x[i * width + column]! /= length
  }
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

/**
 * Row vectors U·S^power of the largest `width` singular values, by subspace iteration (Halko, Martinsson, Tropp 2011).
 */
export function rowVectors(matrix: Sparse, width: number, power: number, seed: string): Float32Array {
  const random = new Random(seed)
  const wide = width + 16
  let basis = Float32Array.from({ length: matrix.rows * wide }, () => random.normal()) as Float32Array
  for (let round = 0; round < 5; round++) {
    orthonormalise(basis, matrix.rows, wide)
    basis = times(matrix, timesTransposed(matrix, basis, wide), wide)
  }
  orthonormalise(basis, matrix.rows, wide)
  const projected = timesTransposed(matrix, basis, wide)
  const gram = new Float64Array(wide * wide)
  for (let row = 0; row < matrix.columns; row++)
    for (let p = 0; p < wide; p++)
      for (let q = 0; q < wide; q++) gram[p * wide + q]! += projected[row * wide + p]! * projected[row * wide + q]!
  const { values, vectors } = eigen(gram, wide)
  const order = [...values.keys()].toSorted((a, b) => values[b]! - values[a]!).slice(0, width)
  const result = new Float32Array(matrix.rows * width)
  for (let row = 0; row < matrix.rows; row++)
    for (const [j, column] of order.entries()) {
      let sum = 0
      for (let p = 0; p < wide; p++) sum += basis[row * wide + p]! * vectors[p * wide + column]!
      result[row * width + j] = sum * values[column]! ** (power / 2)
    }
  return result
}
