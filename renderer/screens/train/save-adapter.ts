import { download } from '../../lib/download.ts'
import { api } from '../../state/transport.ts'

/** Fetches a file of a finished adapter piece by piece and hands it to the person. */
export async function saveAdapterFile(id: string, name: string): Promise<void> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for (let offset = 0, total = 1; offset < total; ) {
    const piece = await api.training.readAdapter({ id, name, offset })
    const bytes = Uint8Array.from(atob(piece.chunk), (char) => char.charCodeAt(0))
    if (bytes.length === 0) break
    pieces.push(bytes)
    offset += bytes.length
    total = piece.total
  }
  download(name, new Blob(pieces))
}
