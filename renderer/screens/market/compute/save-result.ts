import { download } from '../../../lib/download.ts'
import { api } from '../../../state/transport.ts'

/** Fetches a checked result piece by piece and hands it over as CSV: one row a line, whole numbers 0–255. */
export async function saveResult(id: number): Promise<void> {
  const lines: string[] = []
  let rest = new Uint8Array()
  for (let offset = 0, total = 1; offset < total;) {
    const piece = await api.market.readResult({ id, offset })
    const bytes = Uint8Array.from(atob(piece.chunk), (char) => char.charCodeAt(0))
    if (bytes.length === 0) break
    offset += bytes.length
    total = piece.total
    const joined = new Uint8Array([...rest, ...bytes])
    const whole = joined.length - (joined.length % piece.rowBytes)
    for (let at = 0; at < whole; at += piece.rowBytes) lines.push(joined.subarray(at, at + piece.rowBytes).join(','))
    rest = joined.slice(whole)
  }
  download(`hearth-order-${id}.csv`, new Blob([lines.join('\n'), '\n'], { type: 'text/csv' }))
}
