import type { Random } from '../../native/trainer/random.ts'

const starts = [
  'b',
  'br',
  'c',
  'ch',
  'd',
  'dr',
  'f',
  'fl',
  'g',
  'gr',
  'h',
  'j',
  'k',
  'kl',
  'l',
  'm',
  'n',
  'p',
  'pr',
  'r',
  's',
  'sh',
  'st',
  't',
  'tr',
  'v',
  'w',
  'z',
]
const middles = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'ee', 'oa', 'ou']
const ends = ['', 'l', 'm', 'n', 'nd', 'r', 'rn', 's', 'sk', 'st', 't', 'th', 'x', 'ck']

export const pick = <T>(random: Random, items: readonly T[]): T => items[random.below(items.length)]!
export const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1)

/** A word that nobody has seen, so that it can only be copied. */
export const madeUp = (random: Random): string =>
  Array.from(
    { length: 1 + random.below(2) },
    () => pick(random, starts) + pick(random, middles) + pick(random, ends),
  ).join('') + pick(random, ['', 'a', 'o', 'en', 'ia', 'y'])

export const people = [
  'Ada',
  'Ben',
  'Clara',
  'David',
  'Emma',
  'Felix',
  'Greta',
  'Hugo',
  'Ida',
  'Jonas',
  'Lena',
  'Max',
  'Nora',
  'Otto',
  'Paula',
  'Quinn',
  'Rosa',
  'Sam',
  'Tilda',
  'Uma',
  'Viktor',
  'Wei',
  'Yara',
  'Zoe',
  'Anna Berger',
  'Tom Okafor',
]

const nouns = [
  'garden',
  'kitchen',
  'train',
  'meeting',
  'bread',
  'roof',
  'bicycle',
  'river',
  'letter',
  'piano',
  'market',
  'window',
  'soup',
  'lamp',
  'boat',
  'ladder',
  'festival',
  'museum',
  'printer',
  'engine',
  'forest',
  'cellar',
  'blanket',
  'camera',
  'ticket',
  'oven',
  'fence',
  'harbour',
  'library',
  'bridge',
  'tomatoes',
  'roses',
  'suitcase',
  'neighbour',
  'shed',
  'compost',
]
const pasts = [
  'repaired',
  'painted',
  'carried',
  'cleaned',
  'found',
  'bought',
  'sold',
  'moved',
  'watered',
  'lost',
  'opened',
  'closed',
  'measured',
  'borrowed',
  'finished',
  'started',
]
const kinds = ['old', 'small', 'blue', 'heavy', 'broken', 'wooden', 'clean', 'warm', 'long', 'empty', 'bright', 'noisy']
const times = [
  'this morning',
  'at noon',
  'yesterday',
  'on Monday',
  'on Friday',
  'after the rain',
  'before supper',
  'last week',
  'again',
  'for hours',
]
const asides = [
  'it looks better already',
  'no idea why',
  'my back hurts',
  'worth every hour',
  'nobody believes me',
  'you would laugh',
  'I took a photo',
  'it smells wonderful',
  'call me later',
  'it was far too hot',
  'we can try it tomorrow',
]

/** A remark about a thing, of the kind that people write to each other all day. */
export function remark(random: Random): { readonly about: string; readonly text: string } {
  const about = random.below(5) === 0 ? madeUp(random) : pick(random, nouns)
  const other = pick(random, nouns)
  const thing = `the ${random.below(2) ? `${pick(random, kinds)} ` : ''}${about}`
  const text = pick(random, [
    () => `I ${pick(random, pasts)} ${thing} ${pick(random, times)}`,
    () => `I ${pick(random, pasts)} ${thing} and the ${other} ${pick(random, times)}, ${pick(random, asides)}`,
    () => `Can you bring ${thing} ${pick(random, ['tomorrow', 'on Saturday', 'early', 'next week'])}?`,
    () => `${capital(thing)} was ${pick(random, kinds)} ${pick(random, times)}`,
    () => `${capital(pick(random, asides))}, so I ${pick(random, pasts)} ${thing} near the ${other}`,
    () => `What do you think about ${thing} beside the ${other}?`,
    () => `${2 + random.below(30)} euros for ${thing}, ${pick(random, asides)}`,
    () => `We saw ${thing} with ${pick(random, people)} ${pick(random, times)}`,
  ])()
  return { about, text: text.endsWith('?') ? text : text + pick(random, ['', '.', '!', '.']) }
}
