import type { Avatar } from '../../../../common/model/chat.ts'
import type { Reply } from '../../../../common/model/style.ts'
import { systemPrompt } from '../chat/index.ts'
import type { Interview } from './interview.ts'
import { fitted, questionsOf, rowOf, type Row } from './rows.ts'
import { inVoice, voiceOf } from './voice.ts'

/**
 * What a style is learnt from: the person's own answers, and questions that the model answers from the notes as it
 * would without a style, framed as the person frames what they write. Of their answers alone a model unlearns to answer
 * from notes.
 */
export async function gather(
  avatar: Avatar,
  replies: readonly Reply[],
  interview: Interview,
  notify: (progress: number) => void,
): Promise<{ rows: readonly Row[]; length: number; replies: number; rehearsed: number }> {
  const { name, rules, remembers } = avatar
  const system = systemPrompt({ name, rules, remembers, facts: [], biography: '', months: [] })
  const own = replies.map((reply) => rowOf(reply, system))
  const voice = voiceOf(replies.map(({ text }) => text))
  const { rehearsed: questions } = questionsOf(replies)
  const rehearsed: Row[] = []
  for (const [n, question] of questions.entries()) {
    const { turns, text } = await interview.ask(avatar, question, null)
    if (text !== '') rehearsed.push({ messages: [...turns, { role: 'assistant', content: inVoice(text, voice, n) }] })
    notify((n + 1) / questions.length)
  }
  const { length, rows } = fitted([...own, ...rehearsed])
  return { rows, length, replies: own.length, rehearsed: rehearsed.length }
}
