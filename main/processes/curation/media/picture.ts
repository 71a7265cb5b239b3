import { writeFile } from 'node:fs/promises'
import type { ResizeOptions } from 'sharp'
import exif from 'exif-reader'
import type { BroughtPicture, PictureFacts } from '../../../../common/model/collection.ts'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { correlate } from '../image/filters.ts'
import { openPicture as open } from '../image/open-picture.ts'
import { plane, type Plane } from '../image/plane.ts'
import { rounded } from './rounded.ts'

const MEASURED_SIDE = 512
const GALLERY_SIDE = 240
const PREVIEW_SIDE = 96
const SECOND_DIFFERENCE = Float64Array.of(1, -2, 1)
/** Visually without loss, at the full resolution of its colours. */
const JPEG = { quality: 95, chromaSubsampling: '4:4:4' } as const
const WEBP = { quality: 92 } as const

const unreadable = (path: string, error: unknown) =>
  new HearthError('DATASET_BROKEN', `${path} cannot be read as a picture: ${messageOf(error)}`, {}, { cause: error })

/** Figures of a picture, as `PictureFacts` defines them. @throws HearthError DATASET_BROKEN */
export async function measurePicture(path: string): Promise<PictureFacts> {
  try {
    const { width, height, orientation = 1 } = await open(path).metadata()
    // From the fifth on, EXIF's orientations lie on their side.
    const [across, down] = orientation >= 5 ? [height, width] : [width, height]
    const grey = await greyOf(path, {
      width: MEASURED_SIDE,
      height: MEASURED_SIDE,
      fit: 'inside',
      withoutEnlargement: true,
    })
    const laplacian = [0, 1].map((axis) => correlate(grey, SECOND_DIFFERENCE, axis as 0 | 1, 'reflect').data)
    const sums = laplacian[0]!.map((value, i) => value + laplacian[1]![i]!)
    return {
      width: across,
      height: down,
      sharpness: rounded(sums.reduce((sum, value) => sum + value * value, 0) / sums.length - mean(sums) ** 2),
      brightness: rounded(mean(grey.data) / 255),
      look: look(await greyOf(path, { width: 9, height: 8, fit: 'fill' })),
    }
  } catch (error) {
    throw unreadable(path, error)
  }
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Upright, grey, 0 to 255. */
async function greyOf(path: string, size: ResizeOptions): Promise<Plane> {
  const { data, info } = await open(path)
    .rotate()
    .flatten({ background: '#ffffff' })
    .resize(size)
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const grey = new Float64Array(info.width * info.height)
  for (let i = 0; i < grey.length; i++) grey[i] = data[i * info.channels]!
  return plane(info.height, info.width, grey)
}

/** Whether each of 8 × 8 places is brighter than the one to its right. */
function look({ rows, columns, data }: Plane): string {
  let bits = 0n
  for (let row = 0; row < rows; row++)
    for (let column = 0; column + 1 < columns; column++)
      bits = (bits << 1n) | BigInt(data[row * columns + column]! > data[row * columns + column + 1]!)
  return bits.toString(16).padStart(16, '0')
}

/** What a picture's file says beside the picture. */
export async function saidBeside(path: string): Promise<Pick<BroughtPicture, 'located' | 'says'>> {
  const {
    exif: block,
    xmp,
    iptc,
    icc,
    comments,
  } = await open(path)
    .metadata()
    .catch((error: unknown) => {
      throw unreadable(path, error)
    })
  const says = [block && 'exif', xmp && 'xmp', iptc && 'iptc', icc && 'icc', comments?.length && 'comment'].filter(
    (name): name is BroughtPicture['says'][number] => Boolean(name),
  )
  return { located: (block !== undefined && hasPlace(block)) || (xmp?.includes('GPSLatitude') ?? false), says }
}

function hasPlace(block: Buffer): boolean {
  try {
    return exif(block).GPSInfo?.GPSLatitude !== undefined
  } catch {
    // Damaged or not, it is taken off before anything leaves.
    return false
  }
}

/** A small copy for the owner's gallery. */
export const galleryThumbnail = (path: string): Promise<Buffer> => thumbnail(path, GALLERY_SIDE)

/** What everybody sees of a picture that the draw took, as a data URL. */
export const previewThumbnail = async (path: string): Promise<string> =>
  `data:image/webp;base64,${(await thumbnail(path, PREVIEW_SIDE)).toString('base64')}`

async function thumbnail(path: string, side: number): Promise<Buffer> {
  return open(path)
    .rotate()
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 70 })
    .toBuffer()
}

/**
 * Writes a picture upright in sRGB, with nothing beside it: sharp takes no metadata along. Of several pages the first
 * stays.
 */
export async function writePicture(path: string, out: string, leaves: '.jpg' | '.png' | '.webp'): Promise<void> {
  const upright = open(path).rotate().toColourspace('srgb')
  const written = leaves === '.jpg' ? upright.jpeg(JPEG) : leaves === '.webp' ? upright.webp(WEBP) : upright.png()
  const bytes = await written.toBuffer().catch((error: unknown) => {
    throw unreadable(path, error)
  })
  await writeFile(out, bytes, { mode: 0o600 })
}
