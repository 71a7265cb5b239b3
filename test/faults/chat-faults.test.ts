import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ShownMessage } from '../../common/model/chat.ts'
import { resourcePath } from '../../main/core/resources.ts'
import { benchModel } from '../../native/llm/bench.ts'
import { until } from '../support/market.ts'
import { World } from '../support/processes.ts'

const nobody = { picture: null, rules: '', greeting: '', model: null, remembers: false }

test('an answer that is cut off by a kill -9 is kept as far as it came; the conversation goes on', async () => {
  await using world = new World()
  // Large enough to write for a while.
  const slow = join(world.folder, 'slow.gguf')
  writeFileSync(slow, benchModel())
  let host = await world.serve('me', 'embedded')
  let api = await world.api(host)
  const model = await api.models.take({ file: slow, name: 'Slow' })
  await api.models.choose({ id: model.id })
  const avatar = await api.chat.addAvatar({ ...nobody, name: 'Ada' })
  const { id: chat } = await api.chat.add({ avatar: avatar.id })
  await api.system.changeSettings({
    avatar: { ...(await api.system.settings()).avatar, maxTokens: 900, temperature: 1.5 },
  })
  await api.chat.send({ chat, parent: null, text: 'Tell me everything.' })
  const latest = async (): Promise<ShownMessage> => (await api.chat.get({ chat })).messages.at(-1)!
  const before = await until(
    'some words',
    async () => {
      const { state, text } = await latest()
      expect(state).toBe('writing')
      return text.length > 100 ? text : null
    },
    60_000,
  )
  await host.kill('SIGKILL')

  host = await world.serve('me', 'embedded')
  api = await world.api(host)
  const cut = await latest()
  expect(cut.state).toBe('stopped')
  expect(cut.text.startsWith(before)).toBe(true)
  expect((await api.chat.get({ chat })).messages[0]!.text).toBe('Tell me everything.')

  // Stopped by the person: what was written stays, and nothing is held against the model.
  const { id } = await api.chat.regenerate({ chat, question: cut.parent! })
  await until('some words', async () => ((await latest()).text.length > 0 ? true : null), 60_000)
  await api.chat.stop({ chat })
  expect(await latest()).toMatchObject({ id, state: 'stopped', place: 1, places: 2 })
  expect((await api.models.overview()).models.find((item) => item.id === model.id)!.quarantined).toBe(null)
  await api.models.choose({ id: 'hearth-demo' })
  await api.chat.send({ chat, parent: id, text: 'Hello' })
  await until('an answer', async () => ((await latest()).state === 'whole' ? true : null), 60_000)
}, 240_000)

test('a model that the engine dies of is set aside after the second death, and everything else goes on', async () => {
  await using world = new World()
  const host = await world.serve('me', 'embedded')
  const api = await world.api(host)
  const sound = await api.models.take({ file: resourcePath('avatar', 'avatar.gguf'), name: 'Copy' })
  // It is spoilt where it lies, behind the check of what is brought in.
  const bytes = Buffer.from(readFileSync(sound.file))
  const token = (letter: string): Buffer => Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), Buffer.from(letter)])
  token('!').copy(bytes, bytes.indexOf(Buffer.concat([token('!'), token('"')])) + 9)
  await api.models.choose({ id: sound.id })
  writeFileSync(sound.file, bytes)
  await expect(api.models.take({ file: sound.file, name: 'Again' })).rejects.toMatchObject({ code: 'MODEL_BROKEN' })

  const avatar = await api.chat.addAvatar({ ...nobody, name: 'Ada' })
  const { id: chat } = await api.chat.add({ avatar: avatar.id })
  const settled = () =>
    until(
      'an end',
      async () => {
        const last = (await api.chat.get({ chat })).messages.at(-1)!
        return last.state === 'writing' ? null : last
      },
      60_000,
    )
  const question = (await api.chat.send({ chat, parent: null, text: 'Hello' })).parent!
  expect(await settled()).toMatchObject({ state: 'failed', problem: 'ENGINE_GONE' })
  await api.chat.regenerate({ chat, question })
  expect(await settled()).toMatchObject({ state: 'failed', problem: 'ENGINE_GONE' })
  await api.chat.regenerate({ chat, question })
  expect(await settled()).toMatchObject({ state: 'failed', problem: 'MODEL_QUARANTINED' })
  expect((await api.models.overview()).models.find((item) => item.id === sound.id)!.quarantined).toMatch(/died/)

  await api.models.choose({ id: 'hearth-demo' })
  await api.chat.regenerate({ chat, question })
  expect(await settled()).toMatchObject({ state: 'whole', places: 4 })
  // Its person may try it again, and take it away.
  await api.models.release({ id: sound.id })
  expect((await api.models.overview()).models.find((item) => item.id === sound.id)!.quarantined).toBe(null)
  await api.models.remove({ id: sound.id })
  expect((await api.models.overview()).models).toHaveLength(1)
}, 240_000)
