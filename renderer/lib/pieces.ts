/** Reads a file of the host piece by piece. */
export async function readPieces(
  read: (offset: number) => Promise<{ readonly chunk: string; readonly total: number }>,
): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for (let offset = 0, total = 1; offset < total;) {
    const piece = await read(offset)
    const bytes = Uint8Array.from(atob(piece.chunk), (char) => char.charCodeAt(0))
    if (bytes.length === 0) break
    pieces.push(bytes)
    offset += bytes.length
    total = piece.total
  }
  return new Blob(pieces)
}
