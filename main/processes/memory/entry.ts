import { memoryContract } from '../../../common/children/memory.ts'
import { asDiskError } from '../../core/files.ts'
import { implement, serveChild } from '../../core/processes/child-frame.ts'
import { withProgress } from '../../core/processes/progress.ts'
import { Lexicon } from './lexicon/lexicon.ts'
import { Search } from './search/search.ts'
import { VectorIndex } from './search/vector-index.ts'
import { addFact, decideFact, editFact, facts, mergeFacts, proposeFacts, undoFact } from './store/facts.ts'
import { importSource, type Tell } from './store/import-source.ts'
import { itemsAround, itemsBefore } from './store/items.ts'
import { openMemory, type MemoryDb } from './store/open.ts'
import { removeSource } from './store/remove-source.ts'
import { exportSelf, importSelf } from './store/self-file.ts'
import { participants, setLabel, setMe, sources } from './store/sources.ts'

/** Changes of a file that one process makes after the other; a search counted anew when anybody changed something. */
const searches = new Map<MemoryDb, { readonly state: string; readonly vectors: VectorIndex; readonly search: Search }>()
function searchOf(db: MemoryDb): Search {
  const state = `${String(db.pragma('data_version', { simple: true }))}/${db.prepare<[], { changes: number }>('select total_changes() as changes').get()!.changes}`
  const known = searches.get(db)
  if (known?.state === state) return known.search
  const vectors = known?.vectors ?? new VectorIndex(db, Lexicon.shipped().dimensions)
  const search = new Search(db, vectors)
  searches.set(db, { state, vectors, search })
  return search
}

const os = implement(memoryContract)
serveChild(
  os.router({
    import: os.import.handler(({ input: { memory, ...wish } }) => withProgress((tell: Tell) => importSource(openMemory(memory), wish, Date.now(), tell))),
    sources: os.sources.handler(({ input }) => sources(openMemory(input.memory))),
    label: os.label.handler(({ input }) => setLabel(openMemory(input.memory), input.source, input.label)),
    remove: os.remove.handler(({ input }) =>
      withProgress(async (tell: Tell) => ({ items: await removeSource(openMemory(input.memory), input.source, (items) => tell({ step: 'indexing', items })).catch((error: unknown) => Promise.reject(asDiskError(error))) })),
    ),
    participants: os.participants.handler(({ input }) => participants(openMemory(input.memory))),
    setMe: os.setMe.handler(({ input }) => (setMe(openMemory(input.memory), input.author, input.me), {})),
    search: os.search.handler(({ input }) => {
      const search = searchOf(openMemory(input.memory))
      return input.queries.map(({ id, query }) => ({ id, results: search.find(query, input.k) }))
    }),
    items: os.items.handler(({ input }) => itemsBefore(openMemory(input.memory), input)),
    facts: os.facts.handler(({ input }) => facts(openMemory(input.memory), input.state, input.offset, input.limit)),
    proposeFacts: os.proposeFacts.handler(({ input }) => withProgress((tell: Tell) => proposeFacts(openMemory(input.memory), (items) => tell({ step: 'reading', items })))),
    addFact: os.addFact.handler(({ input }) => addFact(openMemory(input.memory), input.text, input.item)),
    decideFact: os.decideFact.handler(({ input }) => decideFact(openMemory(input.memory), input.fact, input.event)),
    editFact: os.editFact.handler(({ input: { memory, fact, ...wanted } }) => editFact(openMemory(memory), fact, wanted)),
    mergeFacts: os.mergeFacts.handler(({ input }) => mergeFacts(openMemory(input.memory), input.into, input.other)),
    undoFact: os.undoFact.handler(({ input }) => ({ undone: undoFact(openMemory(input.memory)) })),
    exportSelf: os.exportSelf.handler(({ input: { memory, out, passphrase } }) => withProgress((tell: Tell) => exportSelf(openMemory(memory), out, passphrase, (items) => tell({ step: 'reading', items })))),
    importSelf: os.importSelf.handler(({ input: { memory, file, passphrase } }) => withProgress((tell: Tell) => importSelf(memory, file, passphrase, (items) => tell({ step: 'reading', items })))),
    around: os.around.handler(({ input }) => itemsAround(openMemory(input.memory), input.item, input.reach)),
  }),
)
