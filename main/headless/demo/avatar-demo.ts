import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { Api } from '../../../common/api/index.ts'
import type { memoryContract } from '../../../common/children/memory.ts'
import type { ShownMessage } from '../../../common/model/chat.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { dataPaths } from '../../core/paths.ts'
import { resourcePath } from '../../core/resources.ts'
import { drain } from '../../core/streams.ts'
import { until } from '../../cli/act.ts'
import { say } from '../../cli/output.ts'
import { upload } from '../../cli/upload.ts'
import { withChild } from '../../cli/with-child.ts'
import { withHost } from '../../cli/with-host.ts'

export interface AvatarDemoOptions {
  /** Where the two data folders go; null for a temporary place that is removed. */
  readonly folder: string | null
}

const PERSON = 'Ada Lindqvist'
const QUESTION = 'What is your cat called?'
const PATIENCE_MS = 600_000

interface Answered {
  readonly text: string
  /** The messages that the answer names, as they were written. */
  readonly sources: readonly string[]
}

/**
 * A life brought in, asked, spoken for in its own style, carried to another machine, and asked again. Everything goes
 * through the calls that the window makes.
 */
export async function runAvatarDemo({ folder: wanted }: AvatarDemoOptions): Promise<Record<string, unknown>> {
  const begun = performance.now()
  const folder = wanted ?? (await mkdtemp(join(tmpdir(), 'hearth-demo-')))
  const [here, elsewhere] = [join(folder, 'here'), join(folder, 'elsewhere')]
  for (const path of [here, elsewhere]) await mkdir(path, { recursive: true, mode: 0o700 })
  try {
    const lived = await withHost({ dataDir: here, passphraseFile: null }, (api) => live(api))
    say('carrying the whole self to another data folder …')
    const file = join(folder, 'self.age')
    const passphrase = randomBytes(18).toString('base64url')
    const exported = await onMemory(async (memory) =>
      drain(await memory.writeArchive({ memory: dataPaths(here).memory, out: file, passphrase })),
    )
    await onMemory(async (memory) =>
      drain(await memory.readArchive({ memory: dataPaths(elsewhere).memory, file, passphrase })),
    )
    const again = await withHost({ dataDir: elsewhere, passphraseFile: null }, async (api) => {
      await calm(api)
      return answer(api, (await api.chat.avatars())[0]!.id)
    })
    const asItShouldBe =
      lived.plain.sources.some((text) => text.includes('Miso')) &&
      lived.styled.sources.join() === lived.plain.sources.join() &&
      lived.styled.text !== lived.plain.text &&
      again.text === lived.styled.text &&
      again.sources.join() === lived.styled.sources.join()
    return { ...lived, exported, again, seconds: Math.round((performance.now() - begun) / 1000), asItShouldBe }
  } finally {
    if (wanted === null) await rm(folder, { recursive: true, force: true })
  }
}

const onMemory = <T>(
  run: (memory: Parameters<Parameters<typeof withChild<typeof memoryContract, T>>[1]>[0]['client']) => Promise<T>,
): Promise<T> => withChild<typeof memoryContract, T>('memory', ({ client }) => run(client))

/** The same question is to be answered in the same words. */
const calm = async (api: Api): Promise<unknown> =>
  api.system.changeSettings({ avatar: { ...(await api.system.settings()).avatar, temperature: 0 } })

async function live(api: Api) {
  await calm(api)
  say('bringing in what somebody wrote …')
  const source = await api.avatar.import({
    name: PERSON,
    upload: await upload(api, resourcePath('avatar', 'sample.jsonl')),
    format: 'jsonl',
    dateOrder: null,
    label: 'private',
  })
  await api.avatar.setMe({ author: PERSON, me: true })
  const { proposed } = await api.avatar.proposeFacts()
  const [fact] = (await api.avatar.facts({ state: 'proposed', offset: 0 })).facts
  if (fact) await api.avatar.decideFact({ fact: fact.id, event: 'keep' })
  const { id } = await api.chat.addAvatar({
    name: PERSON,
    picture: null,
    rules: '',
    greeting: '',
    model: null,
    remembers: true,
  })
  say(`asking: ${QUESTION}`)
  const plain = await answer(api, id)
  say('learning how this person writes …')
  const job = await api.style.learn({ avatar: id, preset: 'thorough' })
  const style = await until(
    'the style',
    async () => {
      const { jobs, styles } = await api.style.overview()
      const now = jobs.find((candidate) => candidate.id === job.id)
      if (now?.state === 'failed')
        throw new HearthError('INTERNAL', `the style could not be learnt: ${now.error?.message ?? ''}`)
      return now?.state === 'ready' ? styles[0] : null
    },
    PATIENCE_MS,
  )
  say('asking the same in this style …')
  const styled = await answer(api, id)
  return {
    imported: source.items,
    facts: { proposed, kept: fact?.text ?? null },
    question: QUESTION,
    plain,
    style: style.figures,
    styled,
  }
}

async function answer(api: Api, avatar: number): Promise<Answered> {
  const chat = await api.chat.add({ avatar })
  const { id } = await api.chat.send({ chat: chat.id, parent: null, text: QUESTION })
  const message = await until('the answer', async (): Promise<ShownMessage | null> => {
    const found = (await api.chat.get({ chat: chat.id })).messages.find((candidate) => candidate.id === id)!
    if (found.state === 'failed')
      throw new HearthError('INTERNAL', `the question was not answered: ${found.problem ?? ''}`)
    return found.state === 'writing' ? null : found
  })
  const named = [...message.text.matchAll(/\[(\d+)\]/g)].flatMap(
    ([, number]) => message.notes[Number(number) - 1] ?? [],
  )
  return {
    text: message.text,
    sources: named.length === 0 ? [] : (await api.chat.notes({ numbers: named })).map(({ text }) => text),
  }
}
