import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { HearthError } from '../../common/errors/index.ts'
import { dequantize } from '../../native/trainer/base/quantize.ts'
import { fromGgml } from '../../native/trainer/formats/ggml-blocks.ts'
import { ggmlTypeOf, ggmlTypes } from '../../native/trainer/formats/ggml-types.ts'
import { GgufFile } from '../../native/trainer/formats/gguf.ts'
import type { Group, Row } from './row.ts'

const script = fileURLToPath(new URL('../reference/gguf_cases.py', import.meta.url))
const SEED = '7'
const Reference = z.object({
  blocks: z.record(z.string(), z.object({ raw: z.base64(), values: z.base64() })),
  types: z.record(z.string(), z.tuple([z.int(), z.int(), z.int()])),
})

/** How many of the floats have other bits. */
function wrongBlocks(name: string, raw: Uint8Array, values: Buffer): string | null {
  const type = Object.entries(ggmlTypes).find(([known]) => known === name)
  const id = type && ggmlTypeOf(type[1].id)
  if (!type || !id) return 'the type is not known'
  const { elements } = type[1]
  const own = dequantize(fromGgml(id, raw, [values.length / 4 / elements, elements]))
  const bytes = Buffer.from(own.buffer, own.byteOffset, own.byteLength)
  let wrong = 0
  for (let at = 0; at < values.length; at += 4) if (bytes.readUInt32LE(at) !== values.readUInt32LE(at)) wrong++
  return wrong === 0 ? null : `${wrong} of ${values.length / 4} floats have other bits`
}

async function opened<T>(path: string, read: (file: GgufFile) => Promise<T> | T): Promise<T> {
  const file = await GgufFile.open(path)
  try {
    return await read(file)
  } finally {
    await file.close()
  }
}

const expectEqual = (own: unknown, right: unknown): string | null =>
  JSON.stringify(own) === JSON.stringify(right) ? null : `${JSON.stringify(own)} instead of ${JSON.stringify(right)}`

/** Five tensors of the numbers 0 to 4. */
const few = async (file: GgufFile): Promise<string | null> => {
  const first: number[] = []
  for (const name of file.tensors.keys()) first.push(Buffer.from(await file.read(name)).readFloatLE(44))
  return expectEqual([file.metadata.get('general.name'), ...first], ['few', 0, 1, 2, 3, 4])
}

/** Blocks of random bytes and files of every form, against gguf-py. */
export const ggufFiles: Group = {
  name: 'gguf',
  packages: ['gguf', 'numpy'],
  async rows(python, folder) {
    const made = spawnSync(python, [script, folder, SEED], { encoding: 'utf8', maxBuffer: 2 ** 28 })
    if (made.status !== 0) throw new Error(made.stderr.slice(-2000))
    const { blocks, types } = Reference.parse(JSON.parse(made.stdout))
    const file = (name: string, read: (opened: GgufFile) => Promise<string | null> | string | null) =>
      [name, () => opened(join(folder, name), read)] as const
    const tried: (readonly [string, () => Promise<string | null> | string | null])[] = [
      ...Object.entries(blocks).map(
        ([name, { raw, values }]) =>
          [
            `blocks of ${name}`,
            () => wrongBlocks(name, new Uint8Array(Buffer.from(raw, 'base64')), Buffer.from(values, 'base64')),
          ] as const,
      ),
      [
        'sizes of types',
        () =>
          expectEqual(
            Object.fromEntries(
              Object.entries(ggmlTypes).map(([name, { id, elements, bytes }]) => [name, [id, elements, bytes]]),
            ),
            types,
          ),
      ],
      file('types.gguf', ({ tensors }) =>
        expectEqual(
          [...tensors].map(([, { type }]) => type),
          Object.keys(types),
        ),
      ),
      file('aligned.gguf', few),
      file('split-00001-of-00003.gguf', few),
      file('split-00003-of-00003.gguf', few),
      file('templates.gguf', ({ metadata }) =>
        expectEqual([...metadata].filter(([key]) => key.startsWith('tokenizer.chat_template.')).length, 2),
      ),
      file('big-endian.gguf', few),
    ]
    const rows: Row[] = []
    for (const [name, attempt] of tried) {
      const row = { name, difference: null, lossDifference: null }
      try {
        const words = await attempt()
        rows.push({ ...row, outcome: words === null ? 'equal' : 'SILENT', words: words ?? '' })
      } catch (error) {
        if (!(error instanceof HearthError)) throw error
        rows.push({ ...row, outcome: 'refused', words: error.message })
      }
    }
    return rows
  },
}
