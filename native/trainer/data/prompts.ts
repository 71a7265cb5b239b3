import { LONGEST_PROMPT, type TrialPrompt } from '../../../common/model/trial.ts'
import { readRows } from './rows.ts'
import { sampleOf, type Sample } from './samples.ts'

const MOST = 4
/** Rows that are looked at: similar ones often follow one another. */
const MOST_ROWS = 400
/** Words of a text that a model is to go on with. */
const FIRST_WORDS = 12

/** What a model could be asked that learns from these files: each once, spread over the first rows. */
export async function promptsOf(files: readonly string[]): Promise<TrialPrompt[]> {
  const found = new Map<string, TrialPrompt>()
  let rows = 0
  for (const file of files)
    for await (const row of readRows(file)) {
      if (++rows > MOST_ROWS) return spread([...found.values()])
      const sample = sampleOf(row, false)
      const prompt = sample && promptOf(sample)
      if (prompt) found.set(prompt.text, prompt)
    }
  return spread([...found.values()])
}

const spread = (prompts: readonly TrialPrompt[]): TrialPrompt[] =>
  Array.from(
    { length: Math.min(MOST, prompts.length) },
    (_, i) => prompts[Math.floor((i * prompts.length) / MOST)] ?? [],
  ).flat()

function promptOf(sample: Sample): TrialPrompt | null {
  const [kind, text] = partOf(sample)
  const trimmed = text.trim()
  return trimmed === '' || trimmed.length > LONGEST_PROMPT ? null : { kind, text: trimmed }
}

function partOf(sample: Sample): [TrialPrompt['kind'], string] {
  switch (sample.kind) {
    case 'text':
      return ['text', firstWords(sample.text)]
    case 'completion':
      return ['text', sample.prompt]
    case 'chat':
      return ['chat', sample.messages.find(({ role }) => role === 'user')?.content ?? '']
    case 'classified':
      return ['text', '']
  }
}

/** So that there is something to go on with: half of a short text. */
function firstWords(text: string): string {
  const words = text.trim().split(/\s+/)
  return words.slice(0, Math.min(FIRST_WORDS, Math.ceil(words.length / 2))).join(' ')
}
