import * as z from 'zod'

const Item = z.looseObject({ SpecialToken: z.looseObject({ id: z.string() }).optional() })
const Processor = z.looseObject({
  type: z.string(),
  processors: z.array(z.unknown()).optional(),
  single: z.array(Item).optional(),
  cls: z.tuple([z.string(), z.number()]).optional(),
  sep: z.tuple([z.string(), z.number()]).optional(),
})

/** Special tokens that a tokenizer puts before and after a text, by their texts. */
export interface TextEnds {
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/** What a post-processor of tokenizer.json puts around a text. */
export function textEndsOf(postProcessor: unknown): TextEnds {
  const { data } = Processor.safeParse(postProcessor)
  if (data?.type === 'Sequence') {
    const all = (data.processors ?? []).map(textEndsOf)
    return { before: all.flatMap(({ before }) => before), after: all.flatMap(({ after }) => after) }
  }
  if (data?.type === 'TemplateProcessing') {
    const tokens = (data.single ?? []).map(({ SpecialToken }) => SpecialToken?.id ?? null)
    const text = tokens.indexOf(null)
    const special = (part: readonly (string | null)[]) => part.filter((token) => token !== null)
    return { before: special(tokens.slice(0, text)), after: special(tokens.slice(text)) }
  }
  if (data?.cls && data.sep) return { before: [data.cls[0]], after: [data.sep[0]] }
  return { before: [], after: [] }
}

/** A post-processor that puts these tokens around a text. */
export function processorOf({ before, after }: TextEnds): Record<string, unknown> {
  const tokens = (names: readonly string[]) => names.map((id) => ({ SpecialToken: { id, type_id: 0 } }))
  const text = (id: string, type_id: number) => ({ Sequence: { id, type_id } })
  return {
    type: 'TemplateProcessing',
    single: [...tokens(before), text('A', 0), ...tokens(after)],
    pair: [...tokens(before), text('A', 0), ...tokens(after), ...tokens(before), text('B', 1), ...tokens(after)],
    special_tokens: {},
  }
}
