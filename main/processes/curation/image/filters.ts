import { plane, type Plane } from './plane.ts'

/** What lies beyond the edge: d c b a | a b c d | d c b a, or zeros (scipy.ndimage's names). */
export type Edge = 'reflect' | 'constant'

/** Correlates along one axis: 0 down the rows, 1 along them. The kernel's middle is its length / 2. */
export function correlate(image: Plane, kernel: Float64Array, axis: 0 | 1, edge: Edge): Plane {
  const { rows, columns, data } = image
  const out = plane(rows, columns)
  const [length, lines, step, stride] = axis === 0 ? [rows, columns, columns, 1] : [columns, rows, 1, columns]
  const radius = kernel.length >> 1
  const line = new Float64Array(length + 2 * radius)
  for (let l = 0; l < lines; l++) {
    const start = l * stride
    for (let i = -radius; i < length + radius; i++)
      line[i + radius] =
        i >= 0 && i < length
          ? data[start + i * step]!
          : edge === 'constant'
            ? 0
            : data[start + mirrored(i, length) * step]!
    for (let i = 0; i < length; i++) {
      let sum = 0
      for (let k = 0; k < kernel.length; k++) sum += kernel[k]! * line[i + k]!
      out.data[start + i * step] = sum
    }
  }
  return out
}

function mirrored(i: number, length: number): number {
  const at = ((i % (2 * length)) + 2 * length) % (2 * length)
  return at < length ? at : 2 * length - 1 - at
}

/** A Gaussian or its first or second derivative, to be correlated with (scipy.ndimage.gaussian_filter1d). */
export function gaussianKernel(sigma: number, order: 0 | 1 | 2, truncate = 4): Float64Array {
  const radius = Math.trunc(truncate * sigma + 0.5)
  const bell = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp((-0.5 * (i - radius) ** 2) / sigma ** 2),
  )
  const total = bell.reduce((sum, value) => sum + value, 0)
  const variance = sigma ** 2
  return bell.map((value, i) => {
    const x = i - radius
    const phi = value / total
    if (order === 0) return phi
    // Correlation turns the kernel round, which changes the sign of the odd one.
    return order === 1 ? (x / variance) * phi : (x ** 2 / variance ** 2 - 1 / variance) * phi
  })
}

/** A Gaussian filter with an order of derivation for rows and columns. */
export function gaussian(
  image: Plane,
  sigma: number,
  edge: Edge,
  orders: readonly [0 | 1 | 2, 0 | 1 | 2] = [0, 0],
  truncate = 4,
): Plane {
  return correlate(
    correlate(image, gaussianKernel(sigma, orders[0], truncate), 0, edge),
    gaussianKernel(sigma, orders[1], truncate),
    1,
    edge,
  )
}

const DIFFERENCE = Float64Array.of(-1, 0, 1)
const SMOOTH = Float64Array.of(1, 2, 1)

/** Sobel's derivative along an axis, not normalised (scipy.ndimage.sobel). */
export const derivative = (image: Plane, axis: 0 | 1, edge: Edge): Plane =>
  correlate(correlate(image, DIFFERENCE, axis, edge), SMOOTH, axis === 0 ? 1 : 0, edge)

/**
 * Places where a stack of images is highest among their 3 × 3 × 3 neighbours and above a threshold, the highest first
 * (skimage.feature.peak_local_max).
 */
export function peaks(
  stack: readonly Plane[],
  threshold: number,
): { row: number; column: number; level: number; value: number }[] {
  const { rows, columns } = stack[0]!
  const found: { row: number; column: number; level: number; value: number }[] = []
  const highest = (level: number, row: number, column: number, value: number): boolean => {
    for (let k = Math.max(0, level - 1); k <= Math.min(stack.length - 1, level + 1); k++)
      for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++)
        for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++)
          if (stack[k]!.data[r * columns + c]! > value) return false
    return true
  }
  for (let level = 0; level < stack.length; level++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const value = stack[level]!.data[row * columns + column]!
        if (value > threshold && highest(level, row, column, value)) found.push({ row, column, level, value })
      }
  return found.sort((a, b) => b.value - a.value)
}
