import { readFile } from 'node:fs/promises'
import { HearthError } from '../../../../../common/errors/index.ts'
import type { RequestField, RequestForm } from '../../../../../common/model/request-form.ts'

/** The kind that has options of its own. */
export const ROWS_KIND = 'exact-inference'
const USUAL_ROWS = 1000

interface Options {
  readonly kind: string
  readonly request?: string | undefined
  readonly rows?: number | undefined
  readonly csv?: string | undefined
  readonly net?: string | undefined
}

/** What `market buy` asks a kind of work for. @throws HearthError BAD_INPUT */
export async function orderRequest({ kind, request, rows, csv, net }: Options): Promise<Record<string, unknown>> {
  if (request !== undefined) return readRequest(request)
  if (kind !== ROWS_KIND)
    throw new HearthError('BAD_INPUT', `say with --request what “${kind}” is asked for; “market kinds” shows it`)
  if (csv !== undefined) return { source: 'file', net, csv: await readFile(csv, 'utf8') }
  return { source: 'generated', net, rows: rows ?? USUAL_ROWS }
}

async function readRequest(text: string): Promise<Record<string, unknown>> {
  const z = await import('zod')
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  } catch {
    throw new HearthError('BAD_INPUT', '--request is not a JSON object, like {"source": "generated", "rows": 1000}')
  }
}

/** A kind of work with the fields that its requests have. */
export const kindInWords = ({ kind, form }: { readonly kind: string; readonly form: RequestForm }): string =>
  [
    kind,
    ...form.map(({ source, fields }) => `  ${[...sourceInWords(source), ...fields.map(fieldInWords)].join(', ')}`),
  ].join('\n')

const sourceInWords = (source: string | null): readonly string[] => (source === null ? [] : [`source: "${source}"`])

function fieldInWords(field: RequestField): string {
  const optional = field.required ? '' : ' (optional)'
  switch (field.type) {
    case 'choice':
      return `${field.name}: ${field.options.join(' | ')}${optional}`
    case 'whole':
      return `${field.name}: ${field.least}–${field.most}${optional}`
    case 'file':
      return `${field.name}: text, ${field.accept}${optional}`
  }
}
