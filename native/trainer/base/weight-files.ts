import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { listed } from '../../../common/strict-reader.ts'
import { SafetensorsFile, type TensorEntry } from '../formats/safetensors.ts'

const WHOLE = 'model.safetensors'
const INDEX = 'model.safetensors.index.json'
const Index = z.object({ weight_map: z.record(z.string(), z.string().regex(/^[\w.-]+\.safetensors$/)) })

/** @throws HearthError MODEL_BROKEN for a file that is missing or no JSON */
export async function readJson(path: string): Promise<unknown> {
  const file = basename(path)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new HearthError('MODEL_BROKEN', `there is no ${file} in the model’s folder`, { file }, { cause: error })
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new HearthError('MODEL_BROKEN', `${file} is not valid JSON`, { file }, { cause: error })
  }
}

/**
 * The files of a folder that are the model, in the order of precedence of transformers: model.safetensors, then the
 * shards of the index. What else lies there (variants, shards of another day, original weights) is not.
 */
export async function weightFilesOf(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder)
  if (files.includes(WHOLE)) return [WHOLE]
  if (files.includes(INDEX)) {
    const index = Index.safeParse(await readJson(join(folder, INDEX)))
    if (!index.success)
      throw new HearthError('MODEL_BROKEN', `${INDEX} does not name the files of the weights`, { file: INDEX })
    const shards = [...new Set(Object.values(index.data.weight_map))].toSorted()
    const missing = shards.filter((shard) => !files.includes(shard))
    if (missing.length > 0)
      throw new HearthError('MODEL_BROKEN', `${INDEX} names files that are missing: ${listed(missing)}`, {
        file: INDEX,
      })
    if (shards.length > 0) return shards
  }
  const others = files.filter((file) => file.endsWith('.safetensors'))
  throw new HearthError(
    'MODEL_BROKEN',
    others.length > 0
      ? `the model’s folder has neither ${WHOLE} nor ${INDEX}; which of ${listed(others)} is meant is not said`
      : 'the model’s folder has no .safetensors file; ' +
          'pickled weights (.bin) are refused because loading them runs code',
    { file: basename(folder) },
  )
}

/** The open weight files of a model, as one set of tensors. */
export class WeightFiles {
  readonly #files: readonly SafetensorsFile[]
  readonly tensors: ReadonlyMap<string, { readonly file: SafetensorsFile; readonly entry: TensorEntry }>

  private constructor(files: readonly SafetensorsFile[]) {
    this.#files = files
    const tensors = new Map<string, { file: SafetensorsFile; entry: TensorEntry }>()
    for (const file of files)
      for (const [name, entry] of file.entries) {
        if (tensors.has(name))
          throw new HearthError('MODEL_BROKEN', `two of the model’s files hold ${name}`, { file: basename(file.path) })
        tensors.set(name, { file, entry })
      }
    this.tensors = tensors
  }

  static async open(folder: string, names: readonly string[]): Promise<WeightFiles> {
    const files: SafetensorsFile[] = []
    try {
      for (const name of names) files.push(await SafetensorsFile.open(join(folder, name)))
      return new WeightFiles(files)
    } catch (error) {
      await Promise.all(files.map((file) => file.close()))
      throw error
    }
  }

  /** True where two tensors are the same to the byte. */
  async same(one: string, other: string): Promise<boolean> {
    const [a, b] = [this.tensors.get(one), this.tensors.get(other)]
    if (!a || !b || a.entry.dtype !== b.entry.dtype || a.entry.shape.join() !== b.entry.shape.join()) return false
    const CHUNK = 2 ** 22
    const size = a.entry.data_offsets[1] - a.entry.data_offsets[0]
    for (let from = 0; from < size; from += CHUNK) {
      const to = Math.min(size, from + CHUNK)
      const [x, y] = [await a.file.bytes(one, from, to), await b.file.bytes(other, from, to)]
      if (Buffer.compare(x, y) !== 0) return false
    }
    return true
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()))
  }
}
