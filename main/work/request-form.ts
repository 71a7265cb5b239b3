import * as z from 'zod'
import type { RequestField, RequestForm } from '../../common/model/request-form.ts'

/** What of JSON Schema (draft 2020-12) a request may use; anything else is refused where its kind is registered. */
const About = { title: z.string(), description: z.string().optional() }
const Property = z.union([
  z.strictObject({
    ...About,
    type: z.literal('string'),
    enum: z.array(z.string()).min(1),
    default: z.string().optional(),
  }),
  z.strictObject({
    ...About,
    type: z.literal('integer'),
    minimum: z.int(),
    maximum: z.int(),
    default: z.int().optional(),
  }),
  z.strictObject({ ...About, type: z.literal('string'), maxLength: z.int(), contentMediaType: z.string() }),
])
const Fields = z.object({
  type: z.literal('object'),
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()).default([]),
  additionalProperties: z.literal(false),
})
const Source = z.object({ source: z.object({ const: z.string() }) })

/**
 * The form for a schema of requests: a strict object, or a union of such that `source` tells apart.
 * @throws Error naming what no form can be made of
 */
export function requestForm(request: z.ZodType): RequestForm {
  const schema = z.toJSONSchema(request, { io: 'input' })
  const ways = schema.oneOf ?? [schema]
  return ways.map((way) => {
    const { properties, required } = Fields.parse(way)
    const source = ways.length > 1 ? Source.parse(properties).source.const : null
    const fields = Object.entries(properties)
      .filter(([name]) => source === null || name !== 'source')
      .map(([name, property]) => fieldOf(name, property, required.includes(name)))
    return { source, fields }
  })
}

function fieldOf(name: string, given: unknown, required: boolean): RequestField {
  const found = Property.safeParse(given)
  if (!found.success) throw new Error(`no form can be made of “${name}”: ${JSON.stringify(given).slice(0, 300)}`)
  const property = found.data
  const about = { name, title: property.title, help: property.description ?? null, required }
  if ('enum' in property) return { ...about, type: 'choice', options: property.enum, initial: property.default ?? null }
  if (property.type === 'integer') {
    const { minimum: least, maximum: most, default: initial = null } = property
    return { ...about, type: 'whole', least, most, initial }
  }
  return { ...about, type: 'file', accept: property.contentMediaType, mostChars: property.maxLength }
}
