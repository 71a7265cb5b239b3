import { derivative, gaussian } from './filters.ts'
import { mapPlane, plane, type Plane } from './plane.ts'

/** Strength of edges (skimage.filters.sobel). */
export function sobel(image: Plane): Plane {
  const [down, across] = [derivative(image, 0, 'reflect'), derivative(image, 1, 'reflect')]
  return mapPlane(down, (value, i) => Math.sqrt(((value / 4) ** 2 + (across.data[i]! / 4) ** 2) / 2))
}

/** Thin edges as ones (Canny 1986; skimage.feature.canny with sigma 1 and thresholds 0.1 and 0.2). */
export function canny(image: Plane, sigma = 1, low = 0.1, high = 0.2): Plane {
  const { rows, columns } = image
  const weight = gaussian(
    mapPlane(image, () => 1),
    sigma,
    'constant',
  )
  const smooth = mapPlane(gaussian(image, sigma, 'constant'), (value, i) => value / (weight.data[i]! + Number.EPSILON))
  const [down, across] = [derivative(smooth, 0, 'reflect'), derivative(smooth, 1, 'reflect')]
  const strength = mapPlane(down, (value, i) => Math.hypot(value, across.data[i]!))
  const thin = plane(rows, columns)
  for (let row = 1; row < rows - 1; row++)
    for (let column = 1; column < columns - 1; column++) {
      const at = row * columns + column
      const value = strength.data[at]!
      if (value >= low && isRidge(strength, row, column, down.data[at]!, across.data[at]!)) thin.data[at] = value
    }
  return connected(thin, high)
}

/** Whether a gradient is not below its two neighbours across the edge, read between the pixels. */
function isRidge({ columns, data }: Plane, row: number, column: number, down: number, across: number): boolean {
  const value = data[row * columns + column]!
  const at = (r: number, c: number): number => data[(row + r) * columns + column + c]!
  const [y, x] = [Math.abs(down), Math.abs(across)]
  const same = down * across >= 0 ? 1 : -1
  // Towards the steeper axis one neighbour is straight and one is on the diagonal.
  const [straight, share]: [[number, number], number] = y >= x ? [[1, 0], y === 0 ? 0 : x / y] : [[0, 1], y / x]
  const diagonal: [number, number] = y >= x ? [1, same] : [same, 1]
  const ahead = at(...diagonal) * share + at(...straight) * (1 - share)
  const behind = at(-diagonal[0], -diagonal[1]) * share + at(-straight[0], -straight[1]) * (1 - share)
  return ahead <= value && behind <= value
}

/** Of weak edges those stay that hang together with a strong one. */
function connected(thin: Plane, high: number): Plane {
  const { rows, columns, data } = thin
  const out = plane(rows, columns)
  const stack: number[] = []
  data.forEach((value, at) => value >= high && stack.push(at))
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (out.data[at] === 1 || data[at] === 0) continue
    out.data[at] = 1
    const [row, column] = [Math.floor(at / columns), at % columns]
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++)
      for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) stack.push(r * columns + c)
  }
  return out
}
