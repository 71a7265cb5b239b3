import type { OrderedWork } from '../../../../common/api/market.ts'
import { download } from '../../../lib/download.ts'
import { api } from '../../../state/transport.ts'

/** Fetches a checked result piece by piece and hands it over in the way of its kind. */
export async function saveResult(id: number, result: OrderedWork['result']): Promise<void> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  let unitBytes = 1
  for (let offset = 0, total = 1; offset < total;) {
    const piece = await api.market.readResult({ id, offset })
    const bytes = Uint8Array.from(atob(piece.chunk), (char) => char.charCodeAt(0))
    if (bytes.length === 0) break
    pieces.push(bytes)
    offset += bytes.length
    total = piece.total
    unitBytes = piece.unitBytes
  }
  if (result === 'binary') return download(`hearth-order-${id}.bin`, new Blob(pieces))
  const whole = new Uint8Array(await new Blob(pieces).arrayBuffer())
  const lines: string[] = []
  for (let at = 0; at + unitBytes <= whole.length; at += unitBytes)
    lines.push(whole.subarray(at, at + unitBytes).join(','))
  download(`hearth-order-${id}.csv`, new Blob([lines.join('\n'), '\n'], { type: 'text/csv' }))
}
