import { derivative, gaussian, peaks } from './filters.ts'
import { mapPlane, plane, type Plane } from './plane.ts'

export interface Point {
  readonly row: number
  readonly column: number
  readonly value: number
}

/** Harris and Stephens' corner response (1988; skimage.feature.corner_harris with k 0.05 and sigma 1). */
export function harris(image: Plane, k = 0.05, sigma = 1): Plane {
  const [down, across] = [derivative(image, 0, 'constant'), derivative(image, 1, 'constant')]
  const smooth = (a: Plane, b: Plane): Plane =>
    gaussian(
      mapPlane(a, (value, i) => value * b.data[i]!),
      sigma,
      'constant',
    )
  const [rr, rc, cc] = [smooth(down, down), smooth(down, across), smooth(across, across)]
  return mapPlane(rr, (value, i) => value * cc.data[i]! - rc.data[i]! ** 2 - k * (value + cc.data[i]!) ** 2)
}

/** The sixteen pixels of a circle of radius 3, in order. */
const CIRCLE = [
  [0, 3],
  [1, 3],
  [2, 2],
  [3, 1],
  [3, 0],
  [3, -1],
  [2, -2],
  [1, -3],
  [0, -3],
  [-1, -3],
  [-2, -2],
  [-3, -1],
  [-3, 0],
  [-3, 1],
  [-2, 2],
  [-1, 3],
] as const

/**
 * FAST (Rosten and Drummond 2006; skimage.feature.corner_fast with n 12 and threshold 0.15): the response, 0 where
 * there is no corner.
 */
export function fast(image: Plane, arc = 12, threshold = 0.15): Plane {
  const { rows, columns, data } = image
  const out = plane(rows, columns)
  for (let row = 3; row < rows - 3; row++)
    for (let column = 3; column < columns - 3; column++) {
      const centre = data[row * columns + column]!
      const differences = CIRCLE.map(([r, c]) => data[(row + r) * columns + column + c]! - centre)
      const isArc = (of: (difference: number) => boolean): boolean => {
        let run = 0
        for (let i = 0; i < CIRCLE.length + arc - 1; i++) {
          run = of(differences[i % CIRCLE.length]!) ? run + 1 : 0
          if (run >= arc) return true
        }
        return false
      }
      if (isArc((it) => it > threshold) || isArc((it) => it < -threshold))
        out.data[row * columns + column] = differences.reduce((sum, it) => sum + Math.abs(it), 0)
    }
  return out
}

/** The highest places of a corner response, above a share of the highest of all. */
export function corners(response: Plane, share = 0.01): Point[] {
  const top = response.data.reduce((most, value) => Math.max(most, value), 0)
  return top > 0 ? peaks([response], share * top).map(({ row, column, value }) => ({ row, column, value })) : []
}
