import type { Random } from '../../native/trainer/random.ts'
import { capital, madeUp, people, pick } from './words.ts'

/** One kind of fact: how somebody tells it, and how it is asked for. */
export interface FactKind {
  readonly value: (random: Random) => string
  readonly tells: readonly ((value: string) => string)[]
  readonly asks: readonly string[]
  /** How it is asked of somebody else. */
  readonly asksOf: readonly ((name: string) => string)[]
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
/** From the list, or a word that is nowhere else. */
const oneOf =
  (list: readonly string[], shape: (word: string) => string = (word) => word) =>
  (random: Random) =>
    random.below(2) ? pick(random, list) : shape(madeUp(random))
const place = oneOf(
  [
    'Oslo',
    'Rome',
    'Paris',
    'Tokyo',
    'Lima',
    'Cairo',
    'Delhi',
    'Seoul',
    'Berlin',
    'Madrid',
    'Lagos',
    'Kyoto',
    'Lisbon',
    'Vienna',
    'Hamburg',
    'New York',
  ],
  capital,
)
const person = oneOf(
  people.filter((name) => !name.includes(' ')),
  capital,
)
const thing = oneOf(['tea', 'coffee', 'milk', 'cocoa', 'cider', 'lemonade', 'green tea', 'apple juice'])
const food = oneOf(['soup', 'pancakes', 'noodles', 'rice', 'dumplings', 'lentils', 'fresh bread', 'potato salad'])
const work = oneOf([
  'teacher',
  'nurse',
  'baker',
  'pilot',
  'farmer',
  'painter',
  'lawyer',
  'driver',
  'writer',
  'gardener',
])
const sport = oneOf(['tennis', 'chess', 'football', 'swimming', 'running', 'cycling', 'climbing', 'rowing', 'skiing'])
const instrument = oneOf(['piano', 'violin', 'guitar', 'cello', 'flute', 'trumpet', 'drums'])
const colour = oneOf(['red', 'blue', 'green', 'yellow', 'purple', 'orange', 'dark green', 'light blue'])
const number = (random: Random) => String(2 + random.below(97))
const day = (random: Random) => `${1 + random.below(28)} ${pick(random, months)}`

const relative = (word: string): FactKind => ({
  value: person,
  tells: [
    (v) => `my ${word} is called ${v}`,
    (v) => `My ${word} ${v} came to see us`,
    (v) => `I called my ${word} ${v} today`,
  ],
  asks: [`What is your ${word} called?`, `What is the name of your ${word}?`, `Who is your ${word}?`],
  asksOf: [(n) => `What is ${n}'s ${word} called?`, (n) => `Who is the ${word} of ${n}?`],
})
const pet = (word: string): FactKind => ({
  ...relative(word),
  tells: [
    (v) => `our ${word} ${v} was at the vet`,
    (v) => `My ${word} is called ${v}`,
    (v) => `We have a ${word} now, it is called ${v}`,
  ],
})

export const factKinds: readonly FactKind[] = [
  {
    value: place,
    tells: [(v) => `I live in ${v} now`, (v) => `I moved to ${v} last week`, (v) => `my new flat is in ${v}`],
    asks: ['Where do you live?', 'Which city do you live in?', 'Where is your home?', 'Where did you move to?'],
    asksOf: [(n) => `Where does ${n} live?`, (n) => `Which city is ${n} in?`],
  },
  {
    value: work,
    tells: [(v) => `I work as a ${v}`, (v) => `I am a ${v} by trade`, (v) => `I started my new job as a ${v}`],
    asks: ['What is your job?', 'What do you do for work?', 'What do you work as?'],
    asksOf: [(n) => `What is ${n}'s job?`, (n) => `What does ${n} work as?`],
  },
  {
    value: thing,
    tells: [
      (v) => `I only drink ${v} these days`,
      (v) => `nothing beats a cup of ${v}`,
      (v) => `I had ${v} with breakfast as always`,
    ],
    asks: ['What do you drink?', 'What is your favourite drink?', 'Which drink do you like?'],
    asksOf: [(n) => `What does ${n} drink?`, (n) => `What is ${n}'s favourite drink?`],
  },
  {
    value: food,
    tells: [
      (v) => `I could eat ${v} every day`,
      (v) => `my favourite dish is ${v}`,
      (v) => `I cooked ${v} again, I love it`,
    ],
    asks: ['What do you like to eat?', 'What is your favourite food?', 'Which dish do you like most?'],
    asksOf: [(n) => `What does ${n} like to eat?`, (n) => `What is ${n}'s favourite food?`],
  },
  {
    value: sport,
    tells: [(v) => `I went ${v} again on Sunday`, (v) => `${v} is my sport`, (v) => `I do ${v} twice a week`],
    asks: ['What sport do you do?', 'Which sport do you like?', 'What do you do to stay fit?'],
    asksOf: [(n) => `What sport does ${n} do?`, (n) => `What is ${n}'s sport?`],
  },
  {
    value: instrument,
    tells: [
      (v) => `I practised the ${v} all evening`,
      (v) => `I play the ${v} in a band`,
      (v) => `my ${v} lesson was good`,
    ],
    asks: ['What instrument do you play?', 'Which instrument do you practise?'],
    asksOf: [(n) => `What instrument does ${n} play?`],
  },
  {
    value: colour,
    tells: [(v) => `${v} is my favourite colour`, (v) => `I like everything in ${v}`],
    asks: ['What is your favourite colour?', 'Which colour do you like most?'],
    asksOf: [(n) => `What is ${n}'s favourite colour?`, (n) => `Which colour does ${n} like?`],
  },
  {
    value: day,
    tells: [(v) => `my birthday is on ${v}`, (v) => `I was born on ${v}`, (v) => `come to my birthday party on ${v}`],
    asks: ['When is your birthday?', 'When were you born?', 'What day is your birthday?'],
    asksOf: [(n) => `When is ${n}'s birthday?`, (n) => `When was ${n} born?`],
  },
  {
    value: number,
    tells: [(v) => `I turned ${v} this week`, (v) => `I am ${v} years old now`],
    asks: ['How old are you?', 'What is your age?'],
    asksOf: [(n) => `How old is ${n}?`],
  },
  {
    value: place,
    tells: [
      (v) => `we booked the trip to ${v}`,
      (v) => `our holiday in ${v} was lovely`,
      (v) => `I am on holiday in ${v}`,
    ],
    asks: ['Where did you go on holiday?', 'Where was your holiday?', 'Where do you travel to?'],
    asksOf: [(n) => `Where was ${n}'s holiday?`, (n) => `Where did ${n} go on holiday?`],
  },
  {
    value: food,
    tells: [(v) => `I am allergic to ${v}`, (v) => `no ${v} for me, I cannot eat it`],
    asks: ['What are you allergic to?', 'What can you not eat?', 'Do you have an allergy?'],
    asksOf: [(n) => `What is ${n} allergic to?`, (n) => `What can ${n} not eat?`],
  },
  {
    value: (random) => capital(madeUp(random)),
    tells: [(v) => `I am reading ${v} at the moment`, (v) => `the book ${v} kept me awake`],
    asks: ['What book do you read?', 'Which book are you reading?', 'What are you reading?'],
    asksOf: [(n) => `What is ${n} reading?`, (n) => `Which book does ${n} read?`],
  },
  {
    value: person,
    tells: [(v) => `I married ${v} in spring`, (v) => `${v} and I are married now`],
    asks: ['Who are you married to?', 'Who did you marry?'],
    asksOf: [(n) => `Who is ${n} married to?`, (n) => `Who did ${n} marry?`],
  },
  relative('sister'),
  relative('brother'),
  relative('daughter'),
  relative('son'),
  relative('mother'),
  relative('neighbour'),
  relative('boss'),
  relative('best friend'),
  pet('cat'),
  pet('dog'),
]
