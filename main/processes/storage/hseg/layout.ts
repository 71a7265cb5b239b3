import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { SEGMENT_ID_BYTES } from './segment.ts'

/** The files of a package. */
export const packageFiles = (folder: string) => ({ header: join(folder, 'header.json'), manifest: join(folder, 'manifest'), segments: join(folder, 'segments') })

/** The manifest's own segments have ids that follow from their number. */
export const manifestId = (index: number): Buffer => createHash('sha256').update(`manifest/${index}`).digest().subarray(0, SEGMENT_ID_BYTES)
