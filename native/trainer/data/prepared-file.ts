import { open, readFile } from 'node:fs/promises'
import { HearthError } from '../../../common/errors/index.ts'
import { MerkleTree } from '../../../main/core/merkle.ts'
import type { Sequence } from './sequence.ts'

/**
 * Prepared data: the form of a dataset that a trainer receives. Tokenising and packing happen on the owner's machine,
 * so nobody has to repeat them to the bit; the recipe's Merkle root is over these sequences. Layout: docs/training.md.
 */
export interface PreparedData {
  readonly length: number
  readonly sequences: readonly Sequence[]
  /** Number of sequences at the end that are held out for evaluation. */
  readonly heldOut: number
}

const MAGIC = 'HTD1'
const HEADER = 16
/** ids and targets int32, segments uint16, types uint8, for each token; then the label, int32. */
const sequenceBytes = (length: number): number => length * 11 + 4
const MAX_BYTES = 2 ** 31

function encodeSequence({ ids, targets, segments, types, label }: Sequence): Buffer {
  const view = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  return Buffer.concat([view(ids), view(targets), view(segments), types, view(Int32Array.of(label))])
}

export const dataRoot = (sequences: readonly Sequence[]): string => MerkleTree.of(sequences.map(encodeSequence)).root

export async function writePrepared(path: string, { length, sequences, heldOut }: PreparedData): Promise<void> {
  const header = Buffer.alloc(HEADER)
  header.write(MAGIC, 0, 'latin1')
  header.writeUInt32LE(length, 4)
  header.writeUInt32LE(sequences.length, 8)
  header.writeUInt32LE(heldOut, 12)
  await using file = await open(path, 'w')
  await file.writev([header, ...sequences.map(encodeSequence)])
  await file.sync()
}

/** Reads prepared data and checks it against the sizes that its header claims. */
export async function readPrepared(path: string): Promise<PreparedData> {
  const broken = (why: string) => new HearthError('DATASET_BROKEN', `the prepared data ${why}`)
  const bytes = await readFile(path)
  if (bytes.length < HEADER || bytes.toString('latin1', 0, 4) !== MAGIC) throw broken('must begin with HTD1')
  const [length, count, heldOut] = [bytes.readUInt32LE(4), bytes.readUInt32LE(8), bytes.readUInt32LE(12)]
  const size = sequenceBytes(length)
  if (length === 0 || count === 0 || count * size > MAX_BYTES || bytes.length !== HEADER + count * size)
    throw broken(`must hold ${count} sequences of ${length} tokens by its header, but has ${bytes.length} bytes`)
  if (heldOut >= count) throw broken('must not hold out all sequences')
  const sequences = Array.from({ length: count }, (_, i): Sequence => {
    // The copy aligns the arrays.
    const own = Uint8Array.prototype.slice.call(bytes, HEADER + i * size, HEADER + (i + 1) * size).buffer as ArrayBuffer
    return {
      ids: new Int32Array(own, 0, length),
      targets: new Int32Array(own, 4 * length, length),
      segments: new Uint16Array(own, 8 * length, length),
      types: new Uint8Array(own, 10 * length, length),
      label: new DataView(own).getInt32(11 * length, true),
    }
  })
  return { length, sequences, heldOut }
}

/** Refuses tokens and classes outside the model's range, which would read outside its tables. */
export function assertInRange(
  { sequences }: PreparedData,
  vocabulary: number,
  classes: number | null,
  types: number,
): void {
  for (const { ids, targets, types: kinds, label } of sequences) {
    const inside =
      ids.every((id) => id >= 0 && id < vocabulary) &&
      targets.every((id) => id >= -1 && id < vocabulary) &&
      kinds.every((kind) => kind < types)
    if (!inside || (classes !== null && !(label >= 0 && label < classes)))
      throw new HearthError('DATASET_BROKEN', 'the prepared data has tokens or classes outside the model’s range')
  }
}
