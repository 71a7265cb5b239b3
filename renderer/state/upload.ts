import { api } from './transport.ts'

const PIECE = 192 * 1024

/** Hands files to the host piece by piece, and gives the name under which the host keeps them together. */
export async function upload(files: readonly File[], onProgress: (share: number) => void): Promise<string> {
  const id = crypto.randomUUID()
  const all = files.reduce((sum, { size }) => sum + size, 0)
  let done = 0
  for (const file of files) {
    for (let from = 0; from === 0 || from < file.size; from += PIECE) {
      const bytes = new Uint8Array(await file.slice(from, from + PIECE).arrayBuffer())
      await api.training.putData({ upload: id, name: file.name, first: from === 0, chunk: toBase64(bytes) })
      done += bytes.length
      onProgress(done / Math.max(1, all))
    }
  }
  return id
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return btoa(text)
}
