import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import type { InferenceSession } from 'onnxruntime-node'
import * as z from 'zod'
import { Embedder as Facts } from '../../common/model/embedder.ts'
import { HearthError, messageOf } from '../../common/errors/index.ts'
import { checkOnnx } from '../onnx/check-model.ts'
import { ort } from '../onnx/onnxruntime.ts'

/** Positions that BERT and its kin know. */
const MOST_TOKENS = 512
/** Tokens that go through at once, padding included: short texts together use the processor better than each alone. */
const BATCH_TOKENS = 1024
const known = new Set(['input_ids', 'attention_mask', 'token_type_ids'])

/**
 * A sentence encoder with its tokenizer: the mean of the last layer over a text's tokens, of length 1 (Reimers and
 * Gurevych 2019, Sentence-BERT; Wang et al. 2022, E5).
 */
export class Embedder {
  readonly #session: InferenceSession
  readonly #tokenizer: Tokenizer

  private constructor(session: InferenceSession, tokenizer: Tokenizer) {
    this.#session = session
    this.#tokenizer = tokenizer
  }

  /** @param folder of `model.onnx` and `tokenizer.json` @throws HearthError MODEL_BROKEN, MODEL_UNSUPPORTED */
  static async open(folder: string, threads: number): Promise<Embedder> {
    const file = join(folder, 'model.onnx')
    const { inputs } = await checkOnnx(file).catch((error: unknown) =>
      Promise.reject(error instanceof HearthError ? error : broken('model.onnx', error)),
    )
    if (!inputs.includes('input_ids') || !inputs.includes('attention_mask') || inputs.some((name) => !known.has(name)))
      throw new HearthError(
        'MODEL_UNSUPPORTED',
        `this model takes ${inputs.join(', ').slice(0, 200)}, and no sentence encoder does`,
      )
    const tokenizer = await readFile(join(folder, 'tokenizer.json'), 'utf8')
      .then((text) => new Tokenizer(z.record(z.string(), z.unknown()).parse(JSON.parse(text)), {}))
      .catch((error: unknown) => Promise.reject(broken('tokenizer.json', error)))
    const session = await ort.InferenceSession.create(file, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      extra: { session: { 'intra_op.allow_spinning': '0' } },
    }).catch((error: unknown) => Promise.reject(broken('model.onnx', error)))
    return new Embedder(session, tokenizer)
  }

  /** Embeddings of length 1, a row a text. */
  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    const rows = texts
      .map((text, at) => ({ at, ids: this.#tokensOf(text) }))
      .toSorted((a, b) => a.ids.length - b.ids.length)
    const embeddings: Float32Array[] = Array.from({ length: texts.length })
    for (let first = 0; first < rows.length;) {
      let last = first + 1
      while (last < rows.length && (last + 1 - first) * rows[last]!.ids.length <= BATCH_TOKENS) last++
      const batch = rows.slice(first, last)
      const found = await this.#run(batch.map(({ ids }) => ids))
      batch.forEach(({ at }, i) => (embeddings[at] = found[i]!))
      first = last
    }
    return embeddings
  }

  /** With the tokens that the model expects around a text, the last of which stays where it is cut. */
  #tokensOf(text: string): number[] {
    const { ids } = this.#tokenizer.encode(text, { add_special_tokens: true })
    return ids.length <= MOST_TOKENS ? ids : [...ids.slice(0, MOST_TOKENS - 1), ids.at(-1)!]
  }

  async #run(rows: readonly (readonly number[])[]): Promise<Float32Array[]> {
    const width = rows.at(-1)!.length
    const [ids, mask] = [new BigInt64Array(rows.length * width), new BigInt64Array(rows.length * width)]
    rows.forEach((row, i) =>
      row.forEach((id, j) => {
        ids[i * width + j] = BigInt(id)
        mask[i * width + j] = 1n
      }),
    )
    const dims = [rows.length, width]
    const feeds: Record<string, InstanceType<typeof ort.Tensor>> = {
      input_ids: new ort.Tensor('int64', ids, dims),
      attention_mask: new ort.Tensor('int64', mask, dims),
    }
    if (this.#session.inputNames.includes('token_type_ids'))
      feeds.token_type_ids = new ort.Tensor('int64', new BigInt64Array(ids.length), dims)
    const results = await this.#session
      .run(feeds)
      .catch((error: unknown) => Promise.reject(broken('model.onnx', error)))
    const hidden = results[this.#session.outputNames[0]!]!
    const [count, length, size] = hidden.dims
    if (
      hidden.type !== 'float32' ||
      hidden.dims.length !== 3 ||
      count !== rows.length ||
      length !== width ||
      !Facts.shape.dimensions.safeParse(size).success
    )
      throw new HearthError(
        'MODEL_UNSUPPORTED',
        `this model gives ${hidden.type}[${hidden.dims.join(', ')}], where a sentence encoder gives a ` +
          `direction a token`,
      )
    const embeddings = rows.map((row, i) =>
      meanOf((hidden.data as Float32Array).subarray(i * width * size!, (i * width + row.length) * size!), size!),
    )
    hidden.dispose()
    return embeddings
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release()
  }
}

const broken = (file: string, error: unknown) =>
  new HearthError('MODEL_BROKEN', `${file} cannot be used: ${messageOf(error)}`, { file }, { cause: error })

function meanOf(rows: Float32Array, size: number): Float32Array {
  const sum = new Float32Array(size)
  for (let at = 0; at < rows.length; at++) sum[at % size]! += rows[at]!
  const length = Math.hypot(...sum) || 1
  return sum.map((value) => value / length)
}
