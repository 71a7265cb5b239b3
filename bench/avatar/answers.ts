/**
 * What an avatar with the shipped model says on natural chats of questions and answers, none of which it was trained
 * on: whether an answer names a message that answers the question, or else shows one among the closest memories, as the
 * window does beside what may be a guess. Everything runs as in the app, from a chat's export to the answer.
 * With a folder of LoCoMo's conversations, on those instead.
 * npm run eval:answers [-- CONVERSATIONS [FOLDER]]
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Api } from '../../common/api/index.ts'
import { CLOSEST, isWeak } from '../../common/model/chat.ts'
import type { Item } from '../../common/model/item.ts'
import { upload } from '../../main/cli/upload.ts'
import { citedParts, isGuess } from '../../renderer/lib/cited.ts'
import { until } from '../../test/support/market.ts'
import { World } from '../../test/support/processes.ts'
import { conversation, type Question } from './conversations.ts'
import { locomo } from './locomo.ts'

const CONVERSATIONS = Number(process.argv[2] ?? 3)
const [, , , others] = process.argv
const GOAL = 0.8

type Outcome = 'right' | 'shown' | 'wrong'

/** A chat as WhatsApp exports it. */
const exported = (items: readonly Item[]): string =>
  items
    .map(({ ts, author, text }) => {
      const [date, time] = new Date(ts!).toISOString().split('T') as [string, string]
      return `[${date.split('-').toReversed().join('/')}, ${time.slice(0, 8)}] ${author}: ${text}`
    })
    .join('\n')

/** What a question came to. @param evidence texts that answer it; none where nothing does */
async function outcomeOf(api: Api, avatar: number, query: string, evidence: ReadonlySet<string>): Promise<Outcome> {
  const { id: chat } = await api.chat.add({ avatar })
  await api.chat.send({ chat, parent: null, text: query })
  const answer = await until('an answer', async () => {
    const last = (await api.chat.get({ chat })).messages.at(-1)
    return last?.role === 'assistant' && last.state === 'whole' && last
  })
  const notes = await api.chat.notes({ numbers: answer.notes.filter((number) => number !== null) })
  const textOf = (note: number): string | undefined =>
    notes.find(({ number }) => number === answer.notes[note - 1])?.text
  const cited = citedParts(answer.text, answer.notes.length).flatMap((part) => ('note' in part ? [part.note] : []))
  const answers = (note: number): boolean => evidence.has(textOf(note) ?? '')
  const guess = isGuess(answer.text, cited, textOf)
  // Nothing is to be shown where nothing answers: there, the answer itself must not look like one.
  if (evidence.size === 0) return cited.length === 0 ? 'right' : guess ? 'shown' : 'wrong'
  if (!guess && cited.some(answers)) return 'right'
  if (!guess && !isWeak(answer.facts)) return 'wrong'
  const moments = await api.chat.moments({
    numbers: answer.notes.slice(0, CLOSEST).filter((number) => number !== null),
  })
  return moments.some(({ around }) => around.some(({ text }) => evidence.has(text))) ? 'shown' : 'wrong'
}

const files = others === undefined ? [] : (await readdir(others)).toSorted()
const folder = await mkdtemp(join(tmpdir(), 'hearth-answers-'))
await using world = new World()
const outcomes: { readonly kind: Question['kind']; readonly outcome: Outcome }[] = []
for (let i = 0; i < CONVERSATIONS; i++) {
  const { items, questions } = await (others === undefined
    ? conversation(`answers ${i}`)
    : locomo(join(others, files[i]!)))
  const api = await world.api(await world.serve(`person ${i}`, 'embedded', false))
  await api.system.changeSettings({ avatar: { ...(await api.system.settings({})).avatar, temperature: 0 } })
  const file = join(folder, `WhatsApp Chat ${i}.txt`)
  await writeFile(file, exported(items))
  const name = items[0]!.author!
  await api.avatar.import({
    name: 'A chat',
    upload: await upload(api, file),
    format: 'whatsapp',
    dateOrder: 'dmy',
    label: 'private',
  })
  await api.avatar.setMe({ author: name, me: true })
  const { id: avatar } = await api.chat.addAvatar({
    name,
    picture: null,
    rules: '',
    greeting: '',
    model: null,
    remembers: true,
  })
  for (const { query, evidence, kind } of questions) {
    const texts = new Set(items.filter(({ id }) => evidence.includes(id)).map(({ text }) => text))
    outcomes.push({ kind, outcome: await outcomeOf(api, avatar, query, texts) })
  }
}
await rm(folder, { recursive: true })

const share = (of: readonly { outcome: Outcome }[], ...wanted: readonly Outcome[]): number =>
  of.filter(({ outcome }) => wanted.includes(outcome)).length / Math.max(1, of.length)
const line = (name: string, of: typeof outcomes): string =>
  `${name.padEnd(14)} ${String(of.length).padStart(4)}  right ${share(of, 'right').toFixed(2)}  right or shown ` +
  `${share(of, 'right', 'shown').toFixed(2)}\n`
for (const kind of new Set(outcomes.map((it) => it.kind)))
  process.stdout.write(
    line(
      kind,
      outcomes.filter((it) => it.kind === kind),
    ),
  )
process.stdout.write(line('all', outcomes))
const reached = share(outcomes, 'right', 'shown')
process.stdout.write(`${reached >= GOAL ? 'ok  ' : 'FAIL'} right or shown: ${reached.toFixed(2)} (goal ${GOAL})\n`)
process.exitCode = reached >= GOAL ? 0 : 1
