import type { MediaRow, PictureFacts, RecordingFacts } from '../../../../common/model/collection.ts'
import { openPicture } from '../image/open-picture.ts'
import { decodeAudio } from '../audio/read-audio.ts'
import { lookAlike } from './look-alikes.ts'
import { measurePicture, previewThumbnail } from './picture.ts'
import { measureRecording } from './recording.ts'

/**
 * How far figures may lie from the seller's where another machine's decoder rounds otherwise: sizes, times and
 * sharpness in parts of what was found, shares of a whole and steps of loudness as they are, the 256 steps of a small
 * copy's pixels in their mean.
 */
const FAR = { part: 0.05, share: 0.02, loudness: 5, pixel: 8 }
/** A pause of less than one bit has no range in one decoder, and more than this in another, in decibels. */
const DEAD_SILENCE = 90

/** What of a file is not as its row says, or null. */
export async function notAsSaid(file: string, row: MediaRow): Promise<string | null> {
  return row.kind === 'picture'
    ? pictureDiffers(file, await measurePicture(file), row)
    : recordingDiffers(measureRecording(await decodeAudio(file)), row)
}

async function pictureDiffers(
  file: string,
  found: PictureFacts,
  said: Extract<MediaRow, { kind: 'picture' }>,
): Promise<string | null> {
  for (const name of ['width', 'height', 'sharpness'] as const)
    if (!isNear(found[name], said[name])) return `its ${name} is ${found[name]}`
  if (Math.abs(found.brightness - said.brightness) > FAR.share) return `its brightness is ${found.brightness}`
  if (!lookAlike(found.look, said.look)) return 'it looks different'
  return (await samePicture(await previewThumbnail(file), said.thumbnail))
    ? null
    : 'its small copy shows something else'
}

function recordingDiffers(found: RecordingFacts, said: RecordingFacts): string | null {
  for (const name of ['seconds', 'rate'] as const)
    if (!isNear(found[name], said[name])) return `its ${name} is ${found[name]}`
  for (const name of ['clipped', 'silent'] as const)
    if (Math.abs(found[name] - said[name]) > FAR.share) return `its ${name} is ${found[name]}`
  const [range, saidRange] = [found.range ?? Infinity, said.range ?? Infinity]
  if (!(Math.min(range, saidRange) > DEAD_SILENCE || isNear(range, saidRange)))
    return `its range is ${found.range ?? 'none'}`
  return found.envelope.length === said.envelope.length &&
    found.envelope.every((value, i) => Math.abs(value - said.envelope[i]!) <= FAR.loudness)
    ? null
    : 'it is loud elsewhere'
}

const isNear = (found: number, said: number): boolean =>
  Math.abs(found - said) <= FAR.part * Math.max(1, Math.abs(found))

/** Compares two WebP images, as data URLs, by their pixels. */
async function samePicture(found: string, said: string): Promise<boolean> {
  try {
    const [a, b] = await Promise.all(
      [found, said].map((url) =>
        openPicture(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'), 1 << 16)
          .flatten({ background: '#ffffff' })
          .toColourspace('srgb')
          .raw()
          .toBuffer({ resolveWithObject: true }),
      ),
    )
    if (a!.info.width !== b!.info.width || a!.info.height !== b!.info.height) return false
    return a!.data.reduce((sum, value, i) => sum + Math.abs(value - b!.data[i]!), 0) / a!.data.length <= FAR.pixel
  } catch {
    return false
  }
}
