/**
 * What the shipped model does with prompts that it was never trained on, as the app writes them: facts copied with the
 * right note, other people's facts, quotes, and what is not in the notes. Then a style is trained on it with the
 * product's own engine, and the same facts are asked for in that style. npm run eval:avatar-model [-- MODEL.gguf
 * PROMPTS]
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EngineOptions } from '../../common/children/llm.ts'
import { styledLayers } from '../../common/model/style.ts'
import { resourcePath } from '../../main/core/resources.ts'
import { writeAnswer } from '../../native/llm/chat.ts'
import { inspectModel } from '../../native/llm/inspect.ts'
import { convert } from '../../native/trainer/service.ts'
import { Random } from '../../native/trainer/random.ts'
import { dialogue, type Dialogue, type Kind } from '../../scripts/avatar-model/dialogues.ts'
import { adapt } from '../../scripts/demo-model/relora.ts'

const [model = resourcePath('avatar', 'avatar.gguf'), count = '1000'] = process.argv.slice(2)
const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
const engine: EngineOptions = {
  model,
  modelHash: hashOf(model),
  gpu: false,
  threads: 1,
  contextSize: 1024,
  adapter: null,
  states: null,
}
const sampling = { maxTokens: 80, temperature: 0, topP: 1, seed: null, stop: [] }
/** Notes as the app's search ranks them. */
const LESSON = { most: 5, first: 0.6 }
const STYLED_DIALOGUES = 6000
/** A way of writing that the base has none of. */
const [OPENING, CLOSING] = ['Ahoy! ', ', matey.']
const inStyle = (text: string): string => `${OPENING}${text.replace(/\.$/, '')}${CLOSING}`
const percent = (part: number, of: number): string => `${((100 * part) / of).toFixed(1)} %`

async function ask({ messages }: Dialogue, adapter: EngineOptions['adapter']): Promise<string> {
  let answer = ''
  for await (const { text } of writeAnswer({ ...engine, adapter }, messages.slice(0, -1), sampling, undefined))
    answer += text
  return answer.trim()
}

async function rightOf(
  kind: Kind,
  prompts: number,
  adapter: EngineOptions['adapter'],
  wantedOf: (wanted: string) => string,
): Promise<{ right: number; styled: number }> {
  const random = new Random(`held out ${kind}`)
  let [right, styled, shown] = [0, 0, 0]
  for (let i = 0; i < prompts; i++) {
    const asked = dialogue(random, LESSON, kind)
    const [answer, wanted] = [await ask(asked, adapter), wantedOf(asked.wanted)]
    if (answer.startsWith(OPENING) && answer.endsWith(CLOSING)) styled++
    if (answer === wanted) right++
    else if (shown++ < 2)
      process.stdout.write(
        `  ${asked.messages.at(-2)!.content.split('\n')[0]!} wanted ${JSON.stringify(wanted)}, got ` +
          `${JSON.stringify(answer)}\n`,
      )
  }
  return { right, styled }
}

let facts = 0
for (const kind of ['fact', 'unknown', 'other', 'about', 'quote', 'talk'] as const satisfies readonly Kind[]) {
  const prompts = Math.ceil(Number(count) / (kind === 'fact' || kind === 'unknown' ? 1 : 4))
  const { right } = await rightOf(kind, prompts, null, (wanted) => wanted)
  if (kind === 'fact') facts = right / prompts
  process.stdout.write(
    `${kind}: ${percent(right, prompts)} right of ` +
      `${prompts}${kind === 'fact' || kind === 'unknown' ? ' (goal 95 %)' : ''}\n`,
  )
}

const folder = await mkdtemp(join(tmpdir(), 'hearth-avatar-style-'))
const rows = new Random('style')
const file = join(folder, 'styled.jsonl')
await writeFile(
  file,
  Array.from({ length: STYLED_DIALOGUES }, () => dialogue(rows, LESSON).messages)
    .map((messages) => {
      const styled = { role: 'assistant', content: inStyle(messages.at(-1)!.content) }
      return `${JSON.stringify({ messages: [...messages.slice(0, -1), styled] })}\n`
    })
    .join(''),
)
const { layers } = await inspectModel(model)
const adapter = await adapt(model, join(folder, 'run'), file, {
  name: 'style',
  steps: 300,
  sequenceLength: 320,
  sequences: 12,
  learningRate: 3e-3,
  rank: 16,
  layers: styledLayers(layers),
})
const lora = join(folder, 'style.gguf')
await convert(model, adapter, lora)
const prompts = Number(count)
const { right, styled } = await rightOf('fact', prompts, { file: lora, hash: hashOf(lora), scale: 1 }, inStyle)
process.stdout.write(
  `style: ${percent(styled, prompts)} of ${prompts} answers are in it (goal 95 %); facts ` +
    `${percent(right, prompts)}, ${(100 * (facts - right / prompts)).toFixed(1)} points less than without (goal 2)\n`,
)
await rm(folder, { recursive: true })
process.exit(0)
