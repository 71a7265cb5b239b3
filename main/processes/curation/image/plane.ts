import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { openPicture } from './open-picture.ts'

/** A grey image, row by row; values from 0 to 1 where it was read from a file. */
export interface Plane {
  readonly rows: number
  readonly columns: number
  readonly data: Float64Array
}

export const plane = (rows: number, columns: number, data: Float64Array = new Float64Array(rows * columns)): Plane => ({
  rows,
  columns,
  data,
})
export const mapPlane = ({ rows, columns, data }: Plane, change: (value: number, at: number) => number): Plane => ({
  rows,
  columns,
  data: data.map(change),
})

/** Luma of ITU-R BT.709 as scikit-image has it (skimage.color.rgb2gray). */
const [RED, GREEN, BLUE] = [0.2125, 0.7154, 0.0721]

/** @throws HearthError DATASET_BROKEN where it is no image, or too large to be one that somebody took */
export async function readGrey(path: string): Promise<Plane> {
  try {
    const { data, info } = await openPicture(path)
      .rotate()
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    const { width, height, channels } = info
    const grey = new Float64Array(width * height)
    for (let i = 0; i < grey.length; i++) {
      const at = i * channels
      grey[i] =
        channels === 1 ? data[at]! / 255 : (RED * data[at]! + GREEN * data[at + 1]! + BLUE * data[at + 2]!) / 255
    }
    return plane(height, width, grey)
  } catch (error) {
    throw new HearthError(
      'DATASET_BROKEN',
      `${path} cannot be read as an image: ${messageOf(error)}`,
      {},
      { cause: error },
    )
  }
}
