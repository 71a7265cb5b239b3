import { open } from 'node:fs/promises'
import type { Api } from '../../../../../common/api/index.ts'
import type { ArchiveCounts } from '../../../../../common/children/memory.ts'
import type { DateOrder, ImportFormat } from '../../../../../common/model/data-names.ts'
import type { FactEvent, FactState } from '../../../../../common/model/fact-state.ts'
import type {
  Biography,
  Fact,
  MemoryHit,
  MemorySource,
  Month,
  Participant,
  Topic,
} from '../../../../../common/model/memory.ts'
import type { MemoryLabel } from '../../../../../common/model/memory-names.ts'
import { pause } from '../../../../core/clock.ts'
import { following } from '../../../../cli/following.ts'
import { upload } from '../../../../cli/upload.ts'
import { withRunningHost } from '../../../../cli/with-host.ts'

const MOST_FACTS = 200

export interface FileToRemember {
  readonly file: string
  readonly name: string
  readonly format: ImportFormat | null
  readonly dateOrder: DateOrder | null
  readonly zone: string | null
  readonly label: MemoryLabel
}

/** What a person remembers, as the commands ask for it: of the running host, or of the file itself while none runs. */
export interface Memories {
  import(file: FileToRemember, onProgress: (step: string, items: number) => void): Promise<MemorySource>
  search(queries: readonly { id: string; query: string }[], k: number): Promise<{ id: string; results: MemoryHit[] }[]>
  sources(): Promise<MemorySource[]>
  remove(source: number): Promise<{ items: number }>
  exportArchive(out: string, passphrase: string): Promise<ArchiveCounts>
  importArchive(file: string, passphrase: string): Promise<ArchiveCounts>
  facts(state: FactState): Promise<{ facts: Fact[]; total: number }>
  proposeFacts(): Promise<{ proposed: number }>
  decideFact(fact: number, event: FactEvent): Promise<Fact>
  undoFact(): Promise<{ undone: boolean }>
  topics(): Promise<{ topics: Topic[]; months: Month[] }>
  biography(): Promise<Biography>
  setBiography(text: string): Promise<Biography>
  draftBiography(): Promise<Pick<Biography, 'text'>>
  people(): Promise<Participant[]>
  setMe(author: string, me: boolean): Promise<void>
}

/**
 * Runs a command on the memory of a data folder. No host is started for it: a memory needs neither wallet nor network.
 * @param alone works on the file even while a host runs
 */
export async function withMemories<T extends object>(
  dataDir: string,
  run: (memories: Memories) => Promise<T>,
  alone = false,
): Promise<T> {
  const answer = alone ? null : await withRunningHost(dataDir, (api) => run(memoriesOf(api)))
  if (answer) return answer
  const { withLocalMemories } = await import('../local-memories.ts')
  return withLocalMemories(dataDir, run)
}

const memoriesOf = ({ avatar, training }: Api): Memories => ({
  import: async ({ file, ...options }, onProgress) =>
    following(
      avatar.import({ ...options, upload: await upload({ training }, file) }),
      (signal) => avatar.watch(undefined, { signal }),
      ({ tasks }) => {
        const task = tasks.find(({ name }) => name === options.name)
        if (task) onProgress(task.step, task.items)
      },
    ),
  search: async (queries, k) => {
    const found: { id: string; results: MemoryHit[] }[] = []
    for (const { id, query } of queries) found.push({ id, results: await avatar.search({ query, k }) })
    return found
  },
  sources: async () => (await avatar.overview()).sources,
  remove: (source) => avatar.remove({ source }),
  exportArchive: async (out, passphrase) => {
    await using target = await open(out, 'wx', 0o600)
    const counts = await avatar.exportArchive({ passphrase })
    for (let offset = 0, total = 1; offset < total;) {
      const piece = await avatar.readArchivePiece({ offset })
      const bytes = Buffer.from(piece.chunk, 'base64')
      await target.write(bytes)
      offset += bytes.length
      total = piece.total
    }
    return counts
  },
  importArchive: async (file, passphrase) =>
    avatar.importArchive({ upload: await upload({ training }, file), passphrase }),
  facts: async (state) => {
    const facts: Fact[] = []
    for (;;) {
      const page = await avatar.facts({ state, offset: facts.length })
      facts.push(...page.facts)
      if (page.facts.length === 0 || facts.length >= Math.min(page.total, MOST_FACTS))
        return { facts: facts.slice(0, MOST_FACTS), total: page.total }
    }
  },
  proposeFacts: () => avatar.proposeFacts(),
  decideFact: (fact, event) => avatar.decideFact({ fact, event }),
  undoFact: () => avatar.undoFact(),
  topics: async () => {
    for (;;) {
      const { current, ...found } = await avatar.topics()
      if (current) return found
      await pause(300)
    }
  },
  biography: () => avatar.biography(),
  setBiography: (text) => avatar.setBiography({ text }),
  draftBiography: () => avatar.draftBiography(),
  people: async () => (await avatar.overview()).people,
  setMe: async (author, me) => void (await avatar.setMe({ author, me })),
})
