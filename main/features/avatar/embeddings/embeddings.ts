import type { ContractRouterClient } from '@orpc/contract'
import type { embedderContract } from '../../../../common/children/embedder.ts'
import type { memoryContract } from '../../../../common/children/memory.ts'
import { asDirection, unitVector } from '../../../../common/model/embedding-vector.ts'
import type { Embedding } from '../../../../common/model/embedder.ts'
import type { KeptEmbedder } from './embedder-store.ts'

/** Messages that are read at once; between batches a stop is heard, and paid work goes before. */
const BATCH = 32
/** Somebody may be waiting for the other cores. */
const THREADS = 1

interface Ports {
  readonly embedder: () => ContractRouterClient<typeof embedderContract>
  readonly memory: () => { readonly client: ContractRouterClient<typeof memoryContract>; readonly file: string }
}

/** How far a memory was read. */
export interface Read {
  readonly done: number
  readonly left: number
}

/** Embeddings of memories and questions by an embedding model. */
export class Embeddings {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  async question({ folder, hash, query }: KeptEmbedder, text: string): Promise<Embedding> {
    const [embedding] = await this.#ports.embedder().embed({ folder, threads: THREADS, prefix: query, texts: [text] })
    return { model: hash, embedding: embedding! }
  }

  /** Vectors of length 1. */
  async vectors({ folder, query }: KeptEmbedder, texts: readonly string[]): Promise<number[][]> {
    const vectors: number[][] = []
    for (let at = 0; at < texts.length; at += BATCH) {
      for (const embedding of await this.#ports
        .embedder()
        .embed({ folder, threads: THREADS, prefix: query, texts: texts.slice(at, at + BATCH) }))
        vectors.push(unitVector(asDirection(Buffer.from(embedding, 'base64'))))
    }
    return vectors
  }

  /** Reads what the memory holds that this model has not read yet, a batch a step. */
  async *catchUp({ folder, hash, passage }: KeptEmbedder, signal: AbortSignal): AsyncGenerator<Read> {
    const { client, file: memory } = this.#ports.memory()
    let after = 0
    while (!signal.aborted) {
      const { waiting, done, left } = await client.unembedded({ memory, model: hash, after, limit: BATCH })
      yield { done, left }
      if (waiting.length > 0) {
        const embeddings = await this.#ports
          .embedder()
          .embed({ folder, threads: THREADS, prefix: passage, texts: waiting.map(({ text }) => text) })
        await client.keepEmbeddings({
          memory,
          model: hash,
          more: true,
          found: waiting.map(({ number }, i) => ({ number, embedding: embeddings[i]! })),
        })
        after = waiting.at(-1)!.number
      } else if (after > 0) {
        await client.keepEmbeddings({ memory, model: hash, more: false, found: [] })
        // What stands around a message that was read before may have changed meanwhile.
        after = 0
      } else return
    }
  }
}
