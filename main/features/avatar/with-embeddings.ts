import type { ContractRouterClient } from '@orpc/contract'
import type { embedderContract } from '../../../common/children/embedder.ts'
import type { memoryContract } from '../../../common/children/memory.ts'
import type { Embedding } from '../../../common/model/embedder.ts'
import type { DataPaths } from '../../core/paths.ts'
import { Embeddings, EmbedderStore, type Read } from './embeddings/index.ts'
import { onceASecond } from '../../cli/output.ts'
import { withChild } from '../../cli/with-child.ts'

interface Meaning {
  readonly memory: ContractRouterClient<typeof memoryContract>
  /** What a question means by the embedding model of this data folder; null where there is none. */
  readonly question: (text: string) => Promise<Embedding | null>
  /** Reads what it has not read yet. */
  readonly catchUp: () => Promise<void>
}

/** Runs a command with the memory of a data folder and the model that finds things in it. */
export const withEmbeddings = <T>(
  { memory: file, embedder: folder }: DataPaths,
  run: (queryEmbedding: Meaning) => Promise<T>,
): Promise<T> =>
  withChild<typeof memoryContract, T>('memory', (memory) =>
    withChild<typeof embedderContract, T>('embedder', async (embedder) => {
      const current = await new EmbedderStore({
        folder,
        inspect: (wanted) => embedder.client.inspect({ folder: wanted }),
      }).current()
      const embeddings = new Embeddings({
        embedder: () => embedder.client,
        memory: () => ({ client: memory.client, file }),
      })
      return run({
        memory: memory.client,
        question: async (text) => (current ? embeddings.question(current, text) : null),
        catchUp: async () => {
          const onProgress = onceASecond(({ done, left }: Read) => `read by meaning ${done} of ${done + left}`)
          for await (const read of current ? embeddings.catchUp(current, new AbortController().signal) : [])
            onProgress(read)
        },
      })
    }),
  )
