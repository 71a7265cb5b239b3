import { download } from '../../../lib/download.ts'
import { readPieces } from '../../../lib/pieces.ts'
import { api } from '../../../state/transport.ts'

/** Fetches a file of a prepared table and hands it to the person. */
export const saveTableFile = async (
  id: string,
  name: 'tensors.safetensors' | 'pipeline.json' | 'model.onnx',
): Promise<void> => download(name, await readPieces((offset) => api.tables.read({ id, name, offset })))
