/**
 * What the shipped model does with prompts that it was never trained on, as the app writes them: facts copied with the
 * right note, other people's facts, quotes, and what is not in the notes. npm run eval:avatar-model [-- MODEL.gguf PROMPTS]
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resourcePath } from '../../main/core/resources.ts'
import { writeAnswer } from '../../native/llm/chat.ts'
import { Random } from '../../native/trainer/random.ts'
import { dialogue, type Kind } from '../../scripts/avatar-model/dialogues.ts'

const [model = resourcePath('avatar', 'avatar.gguf'), count = '1000'] = process.argv.slice(2)
const engine = { model, modelHash: createHash('sha256').update(readFileSync(model)).digest('hex'), gpu: false, threads: 1, contextSize: 1024, adapter: null, states: null }
const sampling = { maxTokens: 64, temperature: 0, topP: 1, seed: null, stop: [] }
/** Notes as the app's search ranks them. */
const LESSON = { most: 5, first: 0.6 }

for (const kind of ['fact', 'other', 'about', 'quote', 'unknown', 'talk'] as const satisfies readonly Kind[]) {
  const random = new Random(`held out ${kind}`)
  const prompts = Math.ceil(Number(count) / (kind === 'fact' || kind === 'unknown' ? 1 : 4))
  let [right, unnumbered, shown] = [0, 0, 0]
  for (let i = 0; i < prompts; i++) {
    const { messages, wanted } = dialogue(random, LESSON, kind)
    let answer = ''
    for await (const { text } of writeAnswer(engine, messages.slice(0, -1), sampling, undefined)) answer += text
    answer = answer.trim()
    if (answer === wanted) right++
    else if (shown++ < 2) process.stdout.write(`  ${messages.at(-2)!.content.split('\n')[0]!} wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(answer)}\n`)
    if (answer.replace(/ \[\d+\]$/, '') === wanted.replace(/ \[\d+\]$/, '')) unnumbered++
  }
  process.stdout.write(`${kind}: ${((100 * right) / prompts).toFixed(1)} % right, ${((100 * unnumbered) / prompts).toFixed(1)} % but for the number of the note, of ${prompts}\n`)
}
process.exit(0)
