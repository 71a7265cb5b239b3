import { dataPaths } from '../../../core/paths.ts'
import { lockDataFolder } from '../../../core/db/lock.ts'
import { drain } from '../../../core/streams.ts'
import type { Memories } from './commands/memories.ts'
import { withEmbeddings } from '../with-embeddings.ts'

/** Runs a command on the file of a memory, in a process of its own. */
export function withLocalMemories<T>(dataDir: string, run: (memories: Memories) => Promise<T>): Promise<T> {
  const paths = dataPaths(dataDir)
  const at = { memory: paths.memory }
  return withEmbeddings(paths, ({ memory, question, catchUp }) =>
    run({
      import: async (options, onProgress) => {
        const source = await drain(await memory.import({ ...at, ...options }), ({ step, items }) =>
          onProgress(step, items),
        )
        await catchUp()
        return source
      },
      search: async (asked, k) => {
        const queries = []
        for (const one of asked) queries.push({ ...one, embedding: await question(one.query) })
        return memory.search({ ...at, queries, k })
      },
      sources: () => memory.sources(at),
      remove: async (source) => drain(await memory.remove({ ...at, source })),
      exportArchive: async (out, passphrase) => drain(await memory.writeArchive({ ...at, out, passphrase })),
      importArchive: async (file, passphrase) => {
        // A host that starts meanwhile would open the memory that this one takes the place of.
        const unlock = lockDataFolder(paths.lock)
        try {
          return await drain(await memory.readArchive({ ...at, file, passphrase }))
        } finally {
          unlock()
        }
      },
      facts: (state) => memory.facts({ ...at, state, offset: 0, limit: 200 }),
      proposeFacts: async () => drain(await memory.proposeFacts(at)),
      decideFact: (fact, event) => memory.decideFact({ ...at, fact, event }),
      undoFact: () => memory.undoFact(at),
      topics: async () => {
        if (!(await memory.topics(at)).current) await drain(await memory.sortTopics(at))
        const { topics, months } = await memory.topics(at)
        return { topics, months }
      },
      biography: () => memory.biography(at),
      setBiography: (text) => memory.setBiography({ ...at, text }),
      draftBiography: () => memory.draftBiography(at),
      people: () => memory.participants(at),
      setMe: async (author, me) => void (await memory.setMe({ ...at, author, me })),
    }),
  )
}
