import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import type { Item } from '../../common/model/item.ts'
import type { Conversation, Question } from './conversations.ts'

const MS_PER_MINUTE = 60_000
const Turn = z.object({ speaker: z.string(), dia_id: z.string(), text: z.string() })
const Asked = z.object({ question: z.string(), evidence: z.array(z.string()).default([]), category: z.int() })
const kinds: Readonly<Record<number, Question['kind']>> = {
  1: 'inference',
  2: 'time',
  3: 'inference',
  4: 'fact',
  5: 'unanswerable',
}

/**
 * A conversation of LoCoMo (Maharana et al. 2024, snap-research/locomo, data/multimodal_dialog): months of talk that
 * others made, with questions that others asked about it. Questions whose evidence is not in the file are left out.
 */
export async function locomo(file: string): Promise<Conversation> {
  const all = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(file, 'utf8')))
  const items: Item[] = []
  for (let session = 1; all[`session_${session}`] !== undefined; session++) {
    const begun = timeOf(z.string().parse(all[`session_${session}_date_time`]))
    for (const [i, { speaker, dia_id: id, text }] of z.array(Turn).parse(all[`session_${session}`]).entries())
      items.push({ id, ts: begun + i * MS_PER_MINUTE, author: speaker, text, session: `session_${session}` })
  }
  const ids = new Set(items.map(({ id }) => id))
  const questions = z
    .array(Asked)
    .parse(all.qa)
    .map(({ question, evidence, category }, i): Question => {
      const kind = kinds[category]
      if (!kind) throw new Error(`LoCoMo has no category ${category} that is known here`)
      return { id: String(i), query: question, evidence: kind === 'unanswerable' ? [] : evidence, kind }
    })
    .filter(
      ({ kind, evidence }) => kind === 'unanswerable' || (evidence.length > 0 && evidence.every((id) => ids.has(id))),
    )
  return { items, questions }
}

/** @param text as in `1:56 pm on 8 May, 2023` */
function timeOf(text: string): number {
  const match = /^(\d+:\d\d [ap]m) on (\d+ \w+), (\d{4})$/.exec(text)
  const time = match ? Date.parse(`${match[2]} ${match[3]} ${match[1]} UTC`) : Number.NaN
  if (Number.isNaN(time)) throw new Error(`not a time: ${text}`)
  return time
}
