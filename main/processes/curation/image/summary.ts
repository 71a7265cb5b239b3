import type { ImageFeature } from '../../../../common/model/data-names.ts'
import { blobsDoh, blobsLog, type Blob } from './blobs.ts'
import { corners, fast, harris, type Point } from './corners.ts'
import { canny, sobel } from './edges.ts'
import type { Plane } from './plane.ts'
import { frangi } from './ridges.ts'

export interface FeatureSummary {
  readonly kind: ImageFeature
  readonly rows: number
  readonly columns: number
  /** Of the response at every pixel; null where the feature is a list of places. */
  readonly response: {
    readonly min: number
    readonly max: number
    readonly mean: number
    readonly deviation: number
    /** Pixels above zero, of all. */ readonly share: number
  } | null
  /** Places, the strongest first; null where the feature is a response. */
  readonly points: readonly (Point | Blob)[] | null
}

function statistics({ data }: Plane): NonNullable<FeatureSummary['response']> {
  const [min, max] = [data.reduce((a, b) => Math.min(a, b), Infinity), data.reduce((a, b) => Math.max(a, b), -Infinity)]
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length
  const deviation = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)
  return {
    min,
    max,
    mean,
    deviation,
    share: data.reduce((count, value) => count + (value > 0 ? 1 : 0), 0) / data.length,
  }
}

/** What a feature finds in an image, as scikit-image defines it with its defaults. */
export function featureOf(image: Plane, kind: ImageFeature): FeatureSummary {
  const { rows, columns } = image
  const summary = (response: Plane | null, points: readonly (Point | Blob)[] | null): FeatureSummary => ({
    kind,
    rows,
    columns,
    response: response && statistics(response),
    points,
  })
  switch (kind) {
    case 'sobel':
      return summary(sobel(image), null)
    case 'canny':
      return summary(canny(image), null)
    case 'frangi':
      return summary(frangi(image), null)
    case 'harris': {
      const response = harris(image)
      return summary(response, corners(response))
    }
    case 'fast': {
      const response = fast(image)
      return summary(response, corners(response, 0))
    }
    case 'log':
      return summary(null, blobsLog(image))
    case 'doh':
      return summary(null, blobsDoh(image))
  }
}
