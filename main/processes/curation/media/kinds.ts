/** How a file of a kind leaves: with its own bytes but for what they say beside the sound or the picture, or written anew. */
type Leaving = 'jpeg' | 'png' | 'webp' | 'wav' | 'mp3' | 'flac' | 'decoded'

interface MediaKind {
  readonly kind: 'picture' | 'recording'
  readonly leaves: Leaving
  readonly extension: string
}

const picture = (leaves: Leaving, extension: string): MediaKind => ({ kind: 'picture', leaves, extension })
const recording = (leaves: Leaving, extension: string): MediaKind => ({ kind: 'recording', leaves, extension })

const byExtension: Readonly<Record<string, MediaKind>> = {
  '.jpg': picture('jpeg', '.jpg'),
  '.jpeg': picture('jpeg', '.jpg'),
  '.png': picture('png', '.png'),
  '.webp': picture('webp', '.webp'),
  '.gif': picture('png', '.png'),
  '.tif': picture('png', '.png'),
  '.tiff': picture('png', '.png'),
  '.avif': picture('webp', '.webp'),
  '.wav': recording('wav', '.wav'),
  '.mp3': recording('mp3', '.mp3'),
  '.flac': recording('flac', '.flac'),
  // Their tags stand between the sound's own pages; the sound is written without loss instead.
  '.ogg': recording('decoded', '.wav'),
  '.oga': recording('decoded', '.wav'),
  '.opus': recording('decoded', '.wav'),
  '.m4a': recording('decoded', '.wav'),
  '.aac': recording('decoded', '.wav'),
}

/** Names of files that may hold a picture or a recording. */
export const mediaExtensions: ReadonlySet<string> = new Set(Object.keys(byExtension))

/** What the end of a file's name, with its dot, says that it is; null for anything else. */
export const mediaKindOf = (extension: string): MediaKind | null => byExtension[extension.toLowerCase()] ?? null
