/** Pictures leave as the second, written anew; recordings as their own bytes tell, whatever their names say. */
const pictures: Readonly<Record<string, '.jpg' | '.png' | '.webp'>> = {
  '.jpg': '.jpg',
  '.jpeg': '.jpg',
  '.png': '.png',
  '.webp': '.webp',
  '.gif': '.png',
  '.tif': '.png',
  '.tiff': '.png',
  '.avif': '.webp',
}
const recordings: ReadonlySet<string> = new Set(['.wav', '.mp3', '.flac', '.ogg', '.oga', '.opus', '.m4a', '.aac'])

/** Names of files that may hold a picture or a recording. */
export const mediaExtensions: ReadonlySet<string> = new Set([...Object.keys(pictures), ...recordings])

/** What the end of a file's name, with its dot, says that it is; null for anything else. */
export function mediaKindOf(extension: string): 'picture' | 'recording' | null {
  const name = extension.toLowerCase()
  return name in pictures ? 'picture' : recordings.has(name) ? 'recording' : null
}

/** In which format a picture leaves. */
export const leavesAs = (extension: string): '.jpg' | '.png' | '.webp' => pictures[extension]!
