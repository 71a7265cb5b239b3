import { implement } from '@orpc/server'
import { avatarContract, type AvatarOverview } from '../../../../common/api/avatar.ts'
import type { CallContext } from '../../../core/call-context.ts'
import { base64Of } from '../../../core/file-pieces.ts'
import { watch } from '../../../core/watch.ts'
import type { EmbeddingService } from '../embeddings/index.ts'
import type { MemoryService } from './memory-service.ts'

const PAGE = 50
const AROUND = 4
const FACTS = 20
const MOST_PEOPLE = 200
const PIECE = 256 * 1024

/** Avatar: from the contract to the services. */
export function avatarHandlers({
  memory,
  embeddings,
}: {
  readonly memory: MemoryService
  readonly embeddings: Pick<EmbeddingService, 'question'>
}) {
  const os = implement(avatarContract).$context<CallContext>()
  const overview = (): AvatarOverview => ({
    problem: memory.problem,
    failed: memory.failed,
    sources: [...memory.sources],
    people: memory.people.slice(0, MOST_PEOPLE),
    changes: memory.changes,
    tasks: [...memory.tasks],
  })
  return {
    overview: os.overview.handler(overview),
    watch: os.watch.handler(({ signal }) => watch((changed) => memory.events.on('changed', changed), overview, signal)),
    import: os.import.handler(({ input }) => memory.import(input)),
    label: os.label.handler(async ({ input }) => (await memory.label(input.source, input.label), {})),
    remove: os.remove.handler(({ input }) => memory.remove(input.source)),
    setMe: os.setMe.handler(async ({ input }) => (await memory.setMe(input.author, input.me), {})),
    search: os.search.handler(async ({ input }) =>
      memory.search(input.query, await embeddings.question(input.query), input.k),
    ),
    items: os.items.handler(({ input }) => memory.items(input.source, input.before, input.offset, PAGE)),
    around: os.around.handler(({ input }) => memory.around(input.item, AROUND)),
    topics: os.topics.handler(() => memory.topics()),
    topicItems: os.topicItems.handler(({ input }) => memory.topicItems(input.topic, input.offset, PAGE)),
    biography: os.biography.handler(() => memory.biography()),
    setBiography: os.setBiography.handler(({ input }) => memory.setBiography(input.text)),
    draftBiography: os.draftBiography.handler(() => memory.draftBiography()),
    facts: os.facts.handler(({ input }) => memory.facts(input.state, input.offset, FACTS)),
    proposeFacts: os.proposeFacts.handler(() => memory.proposeFacts()),
    addFact: os.addFact.handler(({ input }) => memory.addFact(input.text, input.item)),
    decideFact: os.decideFact.handler(({ input }) => memory.decideFact(input.fact, input.event)),
    editFact: os.editFact.handler(({ input: { fact, ...wanted } }) => memory.editFact(fact, wanted)),
    mergeFacts: os.mergeFacts.handler(({ input }) => memory.mergeFacts(input.into, input.other)),
    undoFact: os.undoFact.handler(() => memory.undoFact()),
    exportArchive: os.exportArchive.handler(({ input }) => memory.exportArchive(input.passphrase)),
    readArchivePiece: os.readArchivePiece.handler(async ({ input }) =>
      base64Of(await memory.readArchivePiece(input.offset, PIECE)),
    ),
    importArchive: os.importArchive.handler(({ input }) => memory.importArchive(input.upload, input.passphrase)),
  }
}
