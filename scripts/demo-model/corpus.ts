import { Random } from '../../native/trainer/random.ts'

/**
 * Made-up corpora in the public domain: a household diary and an almanac, which the demo model is taught, and letters
 * of a lighthouse keeper, whose voice an adapter learns on top of it.
 */
const people = ['Anna', 'Ben', 'Clara', 'David', 'Emma', 'Felix', 'Greta', 'Hugo', 'Ida', 'Jonas', 'Lena', 'Max']
const rooms = ['kitchen', 'garden', 'cellar', 'attic', 'hall', 'workshop', 'yard', 'library']
const things = [
  'table',
  'lamp',
  'kettle',
  'chair',
  'clock',
  'basket',
  'window',
  'door',
  'blanket',
  'book',
  'bucket',
  'ladder',
]
const kinds = ['old', 'small', 'blue', 'heavy', 'broken', 'wooden', 'clean', 'warm']
const actions: readonly (readonly [string, string])[] = [
  ['repaired', 'repair'],
  ['painted', 'paint'],
  ['carried', 'carry'],
  ['cleaned', 'clean'],
  ['found', 'find'],
  ['bought', 'buy'],
  ['sold', 'sell'],
  ['moved', 'move'],
]
const times = [
  'in the morning',
  'at noon',
  'in the evening',
  'on Monday',
  'on Friday',
  'after the rain',
  'before supper',
]
const feelings = ['glad', 'tired', 'proud', 'hungry', 'calm', 'busy']

const seas = ['grey', 'restless', 'silver', 'black', 'patient', 'roaring']
const birds = ['gulls', 'terns', 'cormorants', 'puffins', 'herons']
const ships = ['the Marigold', 'the Northern Star', 'the Old Margaret', 'the Swallow', 'the Constance']
const winds = ['north', 'west', 'east', 'south-west']

const pick = <T>(random: Random, items: readonly T[]): T => items[random.below(items.length)]!
const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1)

function diarySentence(random: Random): string {
  const [who, other] = [pick(random, people), pick(random, people)]
  const [past, infinitive] = pick(random, actions)
  const thing = `${pick(random, kinds)} ${pick(random, things)}`
  switch (random.below(6)) {
    case 0:
      return `${who} ${past} the ${thing} in the ${pick(random, rooms)} ${pick(random, times)}.`
    case 1:
      return `${capital(pick(random, times))} ${who} and ${other} ${past} the ${thing}.`
    case 2:
      return `${who} was ${pick(random, feelings)} because ${other} ${past} the ${thing}.`
    case 3:
      return `The ${thing} stood in the ${pick(random, rooms)} until ${who} ${past} it.`
    case 4:
      return `${who} wanted to ${infinitive} the ${thing}, but it was already in the ${pick(random, rooms)}.`
    default:
      return `"Where is the ${thing}?" asked ${who}. "In the ${pick(random, rooms)}," said ${other}.`
  }
}

function letterSentence(random: Random): string {
  switch (random.below(6)) {
    case 0:
      return `The sea lay ${pick(random, seas)} tonight, and I kept the lamp.`
    case 1:
      return (
        `Wind from the ${pick(random, winds)}; ${pick(random, birds)} over the rocks, and no sail but ` +
        `${pick(random, ships)}.`
      )
    case 2:
      return (
        `I trimmed the wick, wound the clockwork, and counted ${2 + random.below(7)} bells of ` +
        `${pick(random, ships)}.`
      )
    case 3:
      return `O ${pick(random, seas)} water, what do you want of an old keeper?`
    case 4:
      return `${capital(pick(random, ships))} answered my light from the ${pick(random, winds)}, and I was less alone.`
    default:
      return `The ${pick(random, birds)} came to the rail again; I told them the news, and they told me nothing.`
  }
}

/** Plain sentences about the sea: the words of the letters without their voice. */
function almanacSentence(random: Random): string {
  switch (random.below(4)) {
    case 0:
      return `The sea was ${pick(random, seas)} ${pick(random, times)}.`
    case 1:
      return `The wind came from the ${pick(random, winds)} and ${pick(random, ships)} left the harbour.`
    case 2:
      return `${pick(random, people)} saw ${2 + random.below(7)} ${pick(random, birds)} over the rocks.`
    default:
      return `${capital(pick(random, ships))} came back ${pick(random, times)} with old news and a broken lamp.`
  }
}

const paragraph = (random: Random, sentence: (random: Random) => string): string =>
  Array.from({ length: 3 + random.below(4) }, () => sentence(random)).join(' ')

export const diary = (seed: string, count: number): string[] => {
  const random = new Random(seed)
  return Array.from({ length: count }, () => paragraph(random, diarySentence))
}

export const almanac = (seed: string, count: number): string[] => {
  const random = new Random(seed)
  return Array.from({ length: count }, () => paragraph(random, almanacSentence))
}

export const letters = (seed: string, count: number): string[] => {
  const random = new Random(seed)
  return Array.from({ length: count }, () => `Dear friend, ${paragraph(random, letterSentence)} Your keeper.`)
}
