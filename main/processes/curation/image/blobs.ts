import { gaussian, peaks } from './filters.ts'
import { mapPlane, plane, type Plane } from './plane.ts'

export interface Blob {
  readonly row: number
  readonly column: number
  /**
   * Standard deviation of the filter that found it: the blob's radius by the Hessian, and √2 times less by the
   * Laplacian.
   */
  readonly sigma: number
}

const OVERLAP = 0.5
const scales = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1))

/**
 * Blobs by the Laplacian of a Gaussian (Lindeberg 1998; skimage.feature.blob_log with sigma 1 to 50 in ten steps,
 * threshold 0.2).
 */
export function blobsLog(image: Plane, from = 1, to = 50, count = 10, threshold = 0.2): Blob[] {
  const sigmas = scales(from, to, count)
  const stack = sigmas.map((sigma) => {
    const [down, across] = [gaussian(image, sigma, 'reflect', [2, 0]), gaussian(image, sigma, 'reflect', [0, 2])]
    return mapPlane(down, (value, i) => -(value + across.data[i]!) * sigma ** 2)
  })
  return pruned(peaks(stack, threshold).map(({ row, column, level }) => ({ row, column, sigma: sigmas[level]! })))
}

/**
 * Blobs by the determinant of the Hessian, by box filters (Bay et al. 2008; skimage.feature.blob_doh with sigma 1 to 30
 * in ten steps, threshold 0.01).
 */
export function blobsDoh(image: Plane, from = 1, to = 30, count = 10, threshold = 0.01): Blob[] {
  const sums = integral(image)
  const sigmas = scales(from, to, count)
  return pruned(
    peaks(
      sigmas.map((sigma) => hessianDeterminant(sums, sigma)),
      threshold,
    ).map(({ row, column, level }) => ({ row, column, sigma: sigmas[level]! })),
  )
}

/** Sums of everything above and left of a pixel, itself among it. */
export function integral({ rows, columns, data }: Plane): Plane {
  const out = plane(rows, columns)
  for (let row = 0; row < rows; row++) {
    let line = 0
    for (let column = 0; column < columns; column++) {
      line += data[row * columns + column]!
      out.data[row * columns + column] = line + (row > 0 ? out.data[(row - 1) * columns + column]! : 0)
    }
  }
  return out
}

/**
 * The approximate determinant of the Hessian at one scale, of an integral image (skimage.feature.hessian_matrix_det).
 */
export function hessianDeterminant(sums: Plane, sigma: number): Plane {
  const { rows, columns, data } = sums
  const out = plane(rows, columns)
  const clip = (value: number, most: number): number => Math.min(Math.max(value, 0), most)
  const box = (row: number, column: number, height: number, width: number): number => {
    const [r, c] = [clip(row, rows - 1), clip(column, columns - 1)]
    const [r2, c2] = [clip(r + height, rows - 1), clip(c + width, columns - 1)]
    return Math.max(
      0,
      data[r * columns + c]! + data[r2 * columns + c2]! - data[r * columns + c2]! - data[r2 * columns + c]!,
    )
  }
  const size = Math.trunc(3 * sigma)
  const [half, third] = [Math.trunc((size - 1) / 2), Math.trunc(size / 3)]
  const weight = 1 / size / size
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const [topLeft, bottomRight] = [
        box(row - third, column - third, third, third),
        box(row + 1, column + 1, third, third),
      ]
      const [bottomLeft, topRight] = [
        box(row - third, column + 1, third, third),
        box(row + 1, column - third, third, third),
      ]
      const mixed = -(bottomLeft + topRight - topLeft - bottomRight) * weight
      const across =
        -(
          box(row - third + 1, column - half, 2 * third - 1, size) -
          3 * box(row - third + 1, column - Math.trunc(third / 2), 2 * third - 1, third)
        ) * weight
      const down =
        -(
          box(row - half, column - third + 1, size, 2 * third - 1) -
          3 * box(row - Math.trunc(third / 2), column - third + 1, third, 2 * third - 1)
        ) * weight
      out.data[row * columns + column] = across * down - 0.81 * mixed ** 2
    }
  return out
}

/** Of blobs that cover one another by more than half, the larger stays. */
function pruned(blobs: readonly Blob[]): Blob[] {
  const kept = blobs.map((blob) => ({ ...blob }))
  for (let i = 0; i < kept.length; i++)
    for (let j = i + 1; j < kept.length; j++) {
      const [a, b] = [kept[i]!, kept[j]!]
      if (overlap(a, b) <= OVERLAP) continue
      if (a.sigma > b.sigma) b.sigma = 0
      else a.sigma = 0
    }
  return kept.filter(({ sigma }) => sigma > 0)
}

/** Share of the smaller disk's area that both cover, once the larger has radius 1. */
function overlap(a: Blob, b: Blob): number {
  const largest = Math.max(a.sigma, b.sigma)
  if (largest === 0) return 0
  const [r1, r2] = [a.sigma / largest, b.sigma / largest]
  const distance = Math.hypot(a.row - b.row, a.column - b.column) / (largest * Math.SQRT2)
  if (distance > r1 + r2) return 0
  if (distance <= Math.abs(r1 - r2)) return 1
  const angle = (near: number, far: number): number =>
    Math.acos(Math.min(1, Math.max(-1, (distance ** 2 + near ** 2 - far ** 2) / (2 * distance * near))))
  const kite = Math.sqrt(
    Math.abs((-distance + r1 + r2) * (distance - r2 + r1) * (distance + r2 - r1) * (distance + r1 + r2)),
  )
  return (r1 ** 2 * angle(r1, r2) + r2 ** 2 * angle(r2, r1) - 0.5 * kite) / (Math.PI * Math.min(r1, r2) ** 2)
}
