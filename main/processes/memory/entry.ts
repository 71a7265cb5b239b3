import { memoryContract } from '../../../common/children/memory.ts'
import { asDirection, unitVector } from '../../../common/model/embedding-vector.ts'
import { longestBiography } from '../../../common/model/memory-names.ts'
import type { Embedding } from '../../../common/model/embedder.ts'
import { asDiskError } from '../../core/files.ts'
import { implement, serveChild } from '../../core/processes/child-frame.ts'
import { withProgress } from '../../core/processes/progress.ts'
import { embeddingOf } from './lexicon/meaning.ts'
import { Search } from './search/search.ts'
import { byLexicon, byModel, VectorIndex } from './search/vector-index.ts'
import { biography, draftBiography, setBiography } from './store/biography.ts'
import { addAvatar, avatar, avatars, changeAvatar, removeAvatar, setStyle } from './store/avatars.ts'
import {
  addChat,
  addMessage,
  branch,
  changeMessage,
  chat,
  chats,
  removeChat,
  renameChat,
  stopWriting,
  turnTo,
} from './store/chats.ts'
import { addFact, decideFact, editFact, facts, mergeFacts, proposeFacts, undoFact } from './store/facts.ts'
import { embedderOf, forgetEmbeddings, keepEmbeddings, unembedded } from './store/embeddings.ts'
import { renewIndex } from './store/index-windows.ts'
import { importSource, type OnProgress } from './store/import-source.ts'
import { itemsAround, itemsBefore, itemsOf } from './store/items.ts'
import { openMemory, type MemoryDb } from './store/open.ts'
import { removeSource } from './store/remove-source.ts'
import { revision } from './store/revision.ts'
import { writeArchive, readArchive } from './store/archive.ts'
import { othersWrote, replies } from './store/replies.ts'
import { addStyle, removeStyle, styles, writeStyle } from './store/styles.ts'
import { termsOf } from './text/words.ts'
import { sortTopics } from './topics/sort-topics.ts'
import { topicItems, topics } from './topics/topics.ts'
import { participants, setLabel, setMe, sources } from './store/sources.ts'

interface Known {
  readonly state: number
  readonly vectors: VectorIndex
  readonly embeddings: { readonly model: string; readonly index: VectorIndex } | null
  readonly search: Search
}
/**
 * Changes of a file that one process makes after the other; a search counted anew when anybody changed what it finds.
 */
const searches = new Map<MemoryDb, Known>()
async function searchOf(db: MemoryDb): Promise<Known> {
  await renewIndex(db)
  const state = revision(db)
  const known = searches.get(db)
  if (known?.state === state) return known
  const vectors = known?.vectors ?? new VectorIndex(db, byLexicon)
  const embeddings = embeddingsOf(db, known?.embeddings ?? null)
  const now = { state, vectors, embeddings, search: new Search(db, vectors, embeddings?.index) }
  searches.set(db, now)
  return now
}

function embeddingsOf(db: MemoryDb, known: Known['embeddings']): Known['embeddings'] {
  const model = embedderOf(db)
  const sample = db.prepare<[], Buffer>('select vector from embeddings limit 1').pluck().get()
  if (model === null || !sample) return null
  return known?.model === model ? known : { model, index: new VectorIndex(db, byModel(sample.length)) }
}

/** What a query means by the model whose embeddings are kept here; null by another. */
function embeddingFor({ embeddings }: Known, embedding: Embedding | null): Int8Array | null {
  return embedding && embedding.model === embeddings?.model
    ? asDirection(Buffer.from(embedding.embedding, 'base64'))
    : null
}

const os = implement(memoryContract)
serveChild(
  os.router({
    import: os.import.handler(({ input: { memory, ...request } }) =>
      withProgress((onProgress: OnProgress) => importSource(openMemory(memory), request, Date.now(), onProgress)),
    ),
    sources: os.sources.handler(({ input }) => {
      const db = openMemory(input.memory)
      // It takes its time beside what else is asked; a search that comes first waits for it and meets its failure.
      renewIndex(db).catch(() => {})
      return sources(db)
    }),
    label: os.label.handler(({ input }) => setLabel(openMemory(input.memory), input.source, input.label)),
    remove: os.remove.handler(({ input }) =>
      withProgress(async (onProgress: OnProgress) => ({
        items: await removeSource(openMemory(input.memory), input.source, (items) =>
          onProgress({ step: 'indexing', items }),
        ).catch((error: unknown) => Promise.reject(asDiskError(error))),
      })),
    ),
    participants: os.participants.handler(({ input }) => participants(openMemory(input.memory))),
    setMe: os.setMe.handler(({ input }) => (setMe(openMemory(input.memory), input.author, input.me), {})),
    search: os.search.handler(async ({ input }) => {
      const known = await searchOf(openMemory(input.memory))
      return input.queries.map(({ id, query, embedding }) => ({
        id,
        results: known.search.find(query, input.k, embeddingFor(known, embedding)),
      }))
    }),
    items: os.items.handler(({ input }) => itemsBefore(openMemory(input.memory), input)),
    facts: os.facts.handler(({ input }) => facts(openMemory(input.memory), input.state, input.offset, input.limit)),
    proposeFacts: os.proposeFacts.handler(({ input }) =>
      withProgress((onProgress: OnProgress) =>
        proposeFacts(openMemory(input.memory), (items) => onProgress({ step: 'reading', items })),
      ),
    ),
    addFact: os.addFact.handler(({ input }) => addFact(openMemory(input.memory), input.text, input.item)),
    decideFact: os.decideFact.handler(({ input }) => decideFact(openMemory(input.memory), input.fact, input.event)),
    editFact: os.editFact.handler(({ input: { memory, fact, ...wanted } }) =>
      editFact(openMemory(memory), fact, wanted),
    ),
    mergeFacts: os.mergeFacts.handler(({ input }) => mergeFacts(openMemory(input.memory), input.into, input.other)),
    undoFact: os.undoFact.handler(({ input }) => ({ undone: undoFact(openMemory(input.memory)) })),
    recall: os.recall.handler(async ({ input }) => {
      const known = await searchOf(openMemory(input.memory))
      return known.search.recall(input.query, input.k, embeddingFor(known, input.embedding))
    }),
    biography: os.biography.handler(({ input }) => biography(openMemory(input.memory))),
    setBiography: os.setBiography.handler(({ input }) => setBiography(openMemory(input.memory), input.text)),
    draftBiography: os.draftBiography.handler(({ input }) => ({
      text: draftBiography(openMemory(input.memory), longestBiography),
    })),
    sortTopics: os.sortTopics.handler(({ input }) =>
      withProgress(
        async (onProgress: OnProgress) => (
          await renewIndex(openMemory(input.memory)),
          await sortTopics(openMemory(input.memory), (items) => onProgress({ step: 'indexing', items })),
          {}
        ),
      ),
    ),
    topics: os.topics.handler(({ input }) => topics(openMemory(input.memory))),
    topicItems: os.topicItems.handler(({ input }) =>
      topicItems(openMemory(input.memory), input.topic, input.offset, input.limit),
    ),
    unembedded: os.unembedded.handler(({ input }) =>
      unembedded(openMemory(input.memory), input.model, input.after, input.limit),
    ),
    keepEmbeddings: os.keepEmbeddings.handler(
      ({ input }) => (
        keepEmbeddings(
          openMemory(input.memory),
          input.model,
          input.found.map(({ number, embedding }) => ({ number, embedding: Buffer.from(embedding, 'base64') })),
          input.more,
        ),
        {}
      ),
    ),
    forgetEmbeddings: os.forgetEmbeddings.handler(
      ({ input }) => (forgetEmbeddings(openMemory(input.memory), null), {}),
    ),
    embed: os.embed.handler(({ input }) => input.texts.map((text) => unitVector(embeddingOf(termsOf(text))))),
    avatars: os.avatars.handler(({ input }) => avatars(openMemory(input.memory))),
    addAvatar: os.addAvatar.handler(({ input }) => addAvatar(openMemory(input.memory), input.options)),
    changeAvatar: os.changeAvatar.handler(({ input }) =>
      changeAvatar(openMemory(input.memory), input.avatar, input.options),
    ),
    removeAvatar: os.removeAvatar.handler(({ input }) => (removeAvatar(openMemory(input.memory), input.avatar), {})),
    setStyle: os.setStyle.handler(({ input }) =>
      setStyle(openMemory(input.memory), input.avatar, input.style, input.scale),
    ),
    styles: os.styles.handler(({ input }) => styles(openMemory(input.memory))),
    addStyle: os.addStyle.handler(({ input }) =>
      addStyle(openMemory(input.memory), input.file, input.style, Date.now()),
    ),
    removeStyle: os.removeStyle.handler(({ input }) => (removeStyle(openMemory(input.memory), input.style), {})),
    writeStyle: os.writeStyle.handler(
      async ({ input }) => (await writeStyle(openMemory(input.memory), input.style, input.file), {}),
    ),
    replies: os.replies.handler(({ input }) => replies(openMemory(input.memory), input.before, input.limit)),
    othersWrote: os.othersWrote.handler(({ input }) => othersWrote(openMemory(input.memory), input.limit)),
    chats: os.chats.handler(({ input }) => chats(openMemory(input.memory), input.text, input.limit)),
    addChat: os.addChat.handler(({ input }) =>
      addChat(
        openMemory(input.memory),
        input.avatar,
        avatar(openMemory(input.memory), input.avatar).greeting,
        Date.now(),
      ),
    ),
    renameChat: os.renameChat.handler(
      ({ input }) => (renameChat(openMemory(input.memory), input.chat, input.title), {}),
    ),
    removeChat: os.removeChat.handler(({ input }) => (removeChat(openMemory(input.memory), input.chat), {})),
    chat: os.chat.handler(({ input }) => ({
      chat: chat(openMemory(input.memory), input.chat),
      messages: branch(openMemory(input.memory), input.chat),
    })),
    addMessage: os.addMessage.handler(({ input }) => addMessage(openMemory(input.memory), input, Date.now())),
    changeMessage: os.changeMessage.handler(({ input }) =>
      changeMessage(openMemory(input.memory), input.message, input.change),
    ),
    turnTo: os.turnTo.handler(({ input }) => (turnTo(openMemory(input.memory), input.message, input.step), {})),
    stopWriting: os.stopWriting.handler(({ input }) => (stopWriting(openMemory(input.memory)), {})),
    writeArchive: os.writeArchive.handler(({ input: { memory, out, passphrase } }) =>
      withProgress((onProgress: OnProgress) =>
        writeArchive(openMemory(memory), out, passphrase, (items) => onProgress({ step: 'reading', items })),
      ),
    ),
    readArchive: os.readArchive.handler(({ input: { memory, file, passphrase } }) =>
      withProgress((onProgress: OnProgress) =>
        readArchive(memory, file, passphrase, (items) => onProgress({ step: 'reading', items })),
      ),
    ),
    itemsOf: os.itemsOf.handler(({ input }) => itemsOf(openMemory(input.memory), input.numbers)),
    around: os.around.handler(({ input }) => itemsAround(openMemory(input.memory), input.item, input.reach)),
  }),
)
