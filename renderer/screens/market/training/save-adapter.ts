import { download } from '../../../lib/download.ts'
import { readPieces } from '../../../lib/pieces.ts'
import { api } from '../../../state/transport.ts'

/** Fetches a file of a finished adapter and hands it to the person. */
export const saveAdapterFile = async (id: string, name: string): Promise<void> =>
  download(name, await readPieces((offset) => api.training.readAdapter({ id, name, offset })))
