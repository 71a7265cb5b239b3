import { HttpError } from './http-error.ts'

const RAW = 'application/vnd.ipld.raw'
const CAR = 'application/vnd.ipld.car'
const RECORD = 'application/vnd.ipfs.ipns-record'
const formats: Readonly<Record<string, string>> = { raw: RAW, car: CAR, 'ipns-record': RECORD }

/** Bytes of a file, ends included; a negative number counts from the file's end. */
export interface EntityBytes {
  readonly from: number
  readonly to: number | '*'
}
export interface CarOptions {
  readonly scope: 'block' | 'entity' | 'all'
  readonly bytes: EntityBytes | null
  readonly duplicates: boolean
}
export type Format =
  | { readonly kind: 'web' }
  | { readonly kind: 'raw' }
  | { readonly kind: 'ipns-record' }
  | { readonly kind: 'car'; readonly options: CarOptions }

interface MediaRange {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly weight: number
}

function readAccept(header: string): MediaRange[] {
  return header.split(',').flatMap((part) => {
    const [type, ...rest] = part.split(';').map((it) => it.trim())
    if (!type) return []
    const parameters = new Map(
      rest.map((it) => {
        const at = it.indexOf('=')
        return at < 0
          ? ([it.toLowerCase(), ''] as const)
          : ([
              it.slice(0, at).trim().toLowerCase(),
              it
                .slice(at + 1)
                .trim()
                .replace(/^"|"$/g, ''),
            ] as const)
      }),
    )
    const weight = Number(parameters.get('q') ?? '1')
    return weight > 0 ? [{ type: type.toLowerCase(), parameters, weight }] : []
  })
}

const isWeb = ({ type }: MediaRange): boolean => !/^application\/(?:vnd\.ip(?:ld|fs)\.|x-tar$|cbor$)/.test(type)

/**
 * Which representation is asked for: `?format=` says it, else the Accept header's dearest entry does. Where both name
 * a CAR, the header's parameters hold unless the query names its own.
 * @throws HttpError 400, 406
 */
export function negotiate(query: URLSearchParams, accept: string | undefined): Format {
  const accepted = readAccept(accept ?? '').toSorted((a, b) => b.weight - a.weight)
  const format = query.get('format')
  const named = Object.values(formats)
  if (format !== null) {
    const type = formats[format]
    if (!type) throw new HttpError(400, `format is one of ${Object.keys(formats).join(', ')}`)
    return formatOf(type, query, accepted)
  }
  const [dearest] = accepted
  const best = accepted.filter(({ weight }) => weight === dearest?.weight)
  // A browser names what it can show beside anything at all; a client of blocks names them alone or first.
  const wanted = best.find((it) => !isWeb(it))
  if (!wanted) return { kind: 'web' }
  if (named.includes(wanted.type)) return formatOf(wanted.type, query, accepted)
  if (accepted.some(isWeb)) return { kind: 'web' }
  throw new HttpError(406, `${wanted.type.slice(0, 80)} is not given here; ${named.join(', ')} and the files are`)
}

function formatOf(type: string, query: URLSearchParams, accepted: readonly MediaRange[]): Format {
  if (type === RAW) return { kind: 'raw' }
  if (type === RECORD) return { kind: 'ipns-record' }
  return { kind: 'car', options: carOptions(query, accepted.find((it) => it.type === CAR)?.parameters ?? new Map()) }
}

function carOptions(query: URLSearchParams, parameters: ReadonlyMap<string, string>): CarOptions {
  const given = (name: string): string | null => query.get(`car-${name}`) ?? parameters.get(name) ?? null
  const oneOf = (name: string, value: string | null, known: readonly string[]): void => {
    if (value !== null && !known.includes(value))
      throw new HttpError(400, `${name} of a CAR is ${known.join(' or ')}, not ${JSON.stringify(value.slice(0, 40))}`)
  }
  oneOf('version', given('version'), ['1'])
  oneOf('order', given('order'), ['dfs', 'unk'])
  oneOf('dups', given('dups'), ['y', 'n'])
  const bytes = entityBytes(query.get('entity-bytes'))
  const scope = query.get('dag-scope') ?? (bytes ? 'entity' : 'all')
  if (scope !== 'block' && scope !== 'entity' && scope !== 'all')
    throw new HttpError(400, `dag-scope is block, entity or all, not ${JSON.stringify(scope.slice(0, 40))}`)
  if (bytes && scope !== 'entity')
    throw new HttpError(400, `entity-bytes goes with dag-scope=entity, not with dag-scope=${scope}`)
  return { scope, bytes, duplicates: given('dups') === 'y' }
}

function entityBytes(text: string | null): EntityBytes | null {
  if (text === null) return null
  const [, first, last] = /^(-?\d{1,15}):(-?\d{1,15}|\*)$/.exec(text) ?? []
  if (first === undefined || last === undefined)
    throw new HttpError(400, 'entity-bytes is FROM:TO, both whole numbers; TO may be *')
  const from = Number(first)
  const to = last === '*' ? '*' : Number(last)
  if (to !== '*' && from >= 0 === to >= 0 && to < from) throw new HttpError(400, 'entity-bytes ends before it begins')
  return { from, to }
}
