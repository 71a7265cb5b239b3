import { gaussian } from './filters.ts'
import { mapPlane, plane, type Plane } from './plane.ts'

/**
 * Dark ridges such as vessels, wrinkles and lines (Frangi et al. 1998; skimage.filters.frangi with sigma 1, 3, 5, 7,
 * 9).
 */
export function frangi(image: Plane, sigmas: readonly number[] = [1, 3, 5, 7, 9], beta = 0.5): Plane {
  let best = plane(image.rows, image.columns)
  let gamma: number | null = null
  for (const sigma of sigmas) {
    const { small, large } = hessianEigenvalues(image, sigma)
    const strength = mapPlane(small, (value, i) => Math.hypot(value, large.data[i]!))
    // As in scikit-image, the first scale's norm serves all. An even image has none but rounding errors.
    gamma ??= normOf(strength)
    const norm = 2 * gamma ** 2
    best = mapPlane(best, (before, i) => {
      const ratio = Math.abs(small.data[i]!) / Math.max(large.data[i]!, 1e-10)
      return Math.max(
        before,
        Math.exp(-(ratio ** 2) / (2 * beta ** 2)) * (1 - Math.exp(-(strength.data[i]! ** 2) / norm)),
      )
    })
  }
  return best
}

const NOTHING = 1e-12
function normOf({ data }: Plane): number {
  const most = data.reduce((a, b) => Math.max(a, b), 0)
  return most < NOTHING ? 1 : most / 2
}

/**
 * Eigenvalues of the Hessian, the one nearer to zero first, by two derivatives of a Gaussian one after the other
 * (skimage.feature.hessian_matrix).
 */
function hessianEigenvalues(image: Plane, sigma: number): { small: Plane; large: Plane } {
  const [scaled, truncate] = [sigma / Math.SQRT2, sigma > 1 ? 8 : 100]
  const derived = (of: Plane, orders: readonly [0 | 1, 0 | 1]): Plane =>
    gaussian(of, scaled, 'reflect', orders, truncate)
  const [down, across] = [derived(image, [1, 0]), derived(image, [0, 1])]
  const [rr, rc, cc] = [derived(down, [1, 0]), derived(down, [0, 1]), derived(across, [0, 1])]
  const pair = mapPlane(rr, (value, i) => (value + cc.data[i]!) / 2)
  const spread = mapPlane(rr, (value, i) => Math.hypot(value - cc.data[i]!, 2 * rc.data[i]!) / 2)
  const [high, low] = [
    mapPlane(pair, (value, i) => value + spread.data[i]!),
    mapPlane(pair, (value, i) => value - spread.data[i]!),
  ]
  const swap = (i: number): boolean => Math.abs(high.data[i]!) < Math.abs(low.data[i]!)
  return {
    small: mapPlane(low, (value, i) => (swap(i) ? high.data[i]! : value)),
    large: mapPlane(high, (value, i) => (swap(i) ? low.data[i]! : value)),
  }
}
