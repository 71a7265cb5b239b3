import * as z from 'zod'
import { HearthError } from '../../errors/index.ts'
import { IdlePolicy } from './rules.ts'

const FORMAT = 'hearth-comfort'
const VERSION = 1
const Head = z.looseObject({ format: z.literal(FORMAT), version: z.int().min(1) })
const File = z.strictObject({ format: z.literal(FORMAT), version: z.literal(VERSION), rules: IdlePolicy })

export const writeRules = (rules: IdlePolicy): string =>
  `${JSON.stringify({ format: FORMAT, version: VERSION, rules }, null, 2)}\n`

/** @throws HearthError BAD_INPUT, which says where a file is from a newer Hearth; nothing of it is then taken over */
export function readRules(text: string): IdlePolicy {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new HearthError('BAD_INPUT', 'the file is no JSON; the rules are as before', {}, { cause: error })
  }
  const head = Head.safeParse(parsed)
  if (!head.success) throw new HearthError('BAD_INPUT', 'the file holds no comfort rules; the rules are as before')
  if (head.data.version > VERSION)
    throw new HearthError(
      'BAD_INPUT',
      `the file is of version ${head.data.version}, from a newer Hearth; this one knows version ${VERSION}. ` +
        'The rules are as before',
    )
  const file = File.safeParse(parsed)
  if (!file.success) throw new HearthError('BAD_INPUT', `${z.prettifyError(file.error)}; the rules are as before`)
  return file.data.rules
}
