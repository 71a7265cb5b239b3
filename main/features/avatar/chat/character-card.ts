import { crc32 } from 'node:zlib'
import * as z from 'zod'
import type { Avatar, AvatarOptions } from '../../../../common/model/chat.ts'
import { HearthError } from '../../../../common/errors/index.ts'

/**
 * Character cards V2 (https://github.com/malfoyslastname/character-card-spec-v2) and V3
 * (https://github.com/kwaroran/character-card-spec-v3): JSON, alone or as base64 in a text chunk of a PNG.
 */
const text = z.string().max(200_000).default('')
const CardData = z.looseObject({
  name: z.string().trim().min(1).max(200),
  description: text,
  personality: text,
  scenario: text,
  first_mes: text,
  mes_example: text,
  system_prompt: text,
})
const Card = z.union([
  z.looseObject({ spec: z.enum(['chara_card_v2', 'chara_card_v3']), data: CardData }).transform(({ data }) => data),
  // V1 has its fields at the top.
  CardData,
])
const LONGEST = { name: 80, rules: 4000, greeting: 2000 }
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

const damaged = (why: string, cause?: unknown) =>
  new HearthError('FILE_DAMAGED', `this is no character card: ${why}`, {}, { cause })

/** An avatar from a card. What is longer than an avatar may be is cut. @throws HearthError FILE_DAMAGED */
export function readCard(file: Buffer): AvatarOptions {
  let json: unknown
  try {
    json = JSON.parse((file.subarray(0, PNG.length).equals(PNG) ? cardInPng(file) : file).toString('utf8'))
  } catch (error) {
    throw error instanceof HearthError ? error : damaged('it holds no JSON', error)
  }
  const card = Card.safeParse(json)
  if (!card.success) throw damaged(z.prettifyError(card.error).replaceAll('\n', ' '))
  const {
    name,
    description,
    personality,
    scenario,
    first_mes: greeting,
    mes_example: example,
    system_prompt: system,
  } = card.data
  const filled = (template: string): string =>
    template
      .replaceAll(/\{\{char\}\}/gi, name)
      .replaceAll(/\{\{user\}\}/gi, 'you')
      .trim()
  const rules = [
    filled(system),
    filled(description),
    filled(personality),
    filled(scenario),
    example.trim() === '' ? '' : `They speak like this:\n${filled(example)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
  return {
    name: name.slice(0, LONGEST.name),
    picture: null,
    rules: rules.slice(0, LONGEST.rules),
    greeting: filled(greeting).slice(0, LONGEST.greeting),
    model: null,
    remembers: false,
  }
}

/** The text of the `ccv3` or `chara` chunk. */
function cardInPng(file: Buffer): Buffer {
  const found = new Map<string, string>()
  for (let at = PNG.length; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at)
    const end = at + 12 + length
    if (end > file.length) throw damaged('the picture breaks off')
    const type = file.toString('latin1', at + 4, at + 8)
    if (crc32(file.subarray(at + 4, at + 8 + length)) !== file.readUInt32BE(at + 8 + length))
      throw damaged('the picture is damaged')
    if (type === 'tEXt') {
      const chunk = file.subarray(at + 8, at + 8 + length)
      const split = chunk.indexOf(0)
      if (split > 0) found.set(chunk.toString('latin1', 0, split), chunk.toString('latin1', split + 1))
    }
    at = end
  }
  const encoded = found.get('ccv3') ?? found.get('chara')
  if (encoded === undefined) throw damaged('the picture has no card in it')
  return Buffer.from(encoded, 'base64')
}

/** An avatar as a V3 card, JSON. Memories are not in it. */
export const writeCard = ({ name, rules, greeting }: Avatar): string =>
  JSON.stringify(
    {
      spec: 'chara_card_v3',
      spec_version: '3.0',
      data: {
        name,
        description: rules,
        personality: '',
        scenario: '',
        first_mes: greeting,
        mes_example: '',
        creator_notes: '',
        system_prompt: '',
        post_history_instructions: '',
        alternate_greetings: [],
        group_only_greetings: [],
        tags: [],
        creator: '',
        character_version: '',
        extensions: {},
      },
    },
    null,
    2,
  )
