// Writes resources/demo/chat.txt: a made-up WhatsApp export of two friends who share a garden, with personal data that
// nobody has.
import { writeFileSync } from 'node:fs'

let state = 20261121
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}
const pick = (list) => list[Math.floor(random() * list.length)]
const plants = [
  'tomatoes',
  'beans',
  'the old apple tree',
  'lavender',
  'pumpkins',
  'the roses',
  'garlic',
  'rhubarb',
  'peas',
  'strawberries',
]
const jobs = ['watered', 'pruned', 'moved', 'fed', 'tied up', 'covered', 'weeded around', 'replanted']
const weather = ['dry', 'far too hot', 'wet', 'windy', 'just right', 'colder than I like', 'stormy']
const days = ['tomorrow', 'on Saturday', 'on Sunday', 'after work', 'early', 'next week']
const feelings = [
  'I am so happy with it',
  'no idea why',
  'it looks better already',
  'the snails were quicker',
  'you would laugh',
  'I took a photo',
  'my back hurts',
  'worth every hour',
  'nobody believes me',
  'it smells wonderful',
]
const things = [
  'the green hose',
  'a bag of compost',
  'your good secateurs',
  'the wheelbarrow',
  'two buckets',
  'seed trays',
  'the long ladder',
]
const lines = [
  () => `I ${pick(jobs)} ${pick(plants)} this morning, ${pick(feelings)}`,
  () => `It was ${pick(weather)} all day, so I ${pick(jobs)} ${pick(plants)} late. ${pick(feelings)}!`,
  () => `Can you bring ${pick(things)} ${pick(days)}?`,
  () => `Yes, I have ${pick(things)} and ${pick(things)} in the car`,
  () => `What do you think about ${pick(plants)} beside ${pick(plants)}?`,
  () => `My neighbour says ${pick(plants)} and ${pick(plants)} do not like each other, ${pick(feelings)}`,
  () =>
    `${Math.ceil(random() * 12)} kilos of ${pick(plants)} so far, and it was ${pick(weather)} for ` +
    `${Math.ceil(random() * 20)} days`,
  () => `Shall we meet ${pick(days)} and get ${pick(plants)} done? I can stay until ${5 + Math.floor(random() * 4)}`,
  () => `The ${pick(['shed', 'fence', 'gate', 'bench', 'greenhouse'])} needs paint, ${pick(feelings)}`,
]
const personal = [
  'You can reach the nursery at info@gruenhaus-example.de, ask for Mrs Lindner',
  'My new number is +49 30 901820 17, the old one is off',
  'Transfer the 48.50 for the seeds to DE89 3704 0044 0532 0130 00 please',
  'Sarah Lindner writes to sarah.lindner@example.org about the water meter',
  'The camera in the shed is at 192.168.178.44, password: Regenwurm7!',
  'The card for the garden centre is 4111 1111 1111 1111, but ask me first',
  'Call +44 20 7946 0958 if the delivery is late',
]
const authors = ['Anna Berger', 'Tom Okafor']
const two = (number) => String(number).padStart(2, '0')
let time = Date.UTC(2025, 2, 14, 7, 10)
const out = [
  '14/03/2025, 07:10 - Messages and calls are end-to-end encrypted. No one outside of this chat, not even ' +
    'WhatsApp, can read or listen to them.',
]
for (let i = 0; i < 420; i++) {
  time += Math.floor(60_000 * (1 + random() ** 4 * 2_600))
  const date = new Date(time)
  const text = i % 58 === 40 ? personal[Math.floor(i / 58)] : i % 97 === 50 ? '<Media omitted>' : pick(lines)()
  out.push(
    `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()}, ` +
      `${two(date.getUTCHours())}:${two(date.getUTCMinutes())} - ${random() < 0.52 ? authors[0] : authors[1]}: ` +
      `${text[0].toUpperCase()}${text.slice(1)}`,
  )
}
writeFileSync(new URL('../resources/demo/chat.txt', import.meta.url), `${out.join('\n')}\n`)
