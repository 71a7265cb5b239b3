/**
 * npm run sim:disputes [-- --cases N --machines N]: what bought stake, absent jurors and rare base models do to
 * disputes, by the model of the rules; then what a jury's draw costs among many machines, on a real chain, where each
 * drawn seat is compared with the model's. Exits 1 above a bar.
 */
import { parseArgs } from 'node:util'
import { drawGas } from './draw-gas.ts'
import { generator, play, poolOf, type Pool, type Strategy } from './model.ts'

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '20000' }, machines: { type: 'string', default: '100000' } },
})
const [cases, machines] = [Number(values.cases), Number(values.machines)]
const STAKE = 10
const GAS_BAR = 150_000
/** Where all are there, a quarter of all stake must not convict an honest provider more often than this. */
const INNOCENT_BAR = 0.05

interface Outcome {
  readonly wrong: number
  readonly rounds: number
  readonly honestFines: number
  readonly boughtFines: number
  readonly bondsLost: number
}

function outcomeOf(pool: Pool, truth: boolean, strategy: Strategy): Outcome {
  const [random, kinds] = [generator(0xc0ffee), poolOf(pool)]
  const sum = { wrong: 0, rounds: 0, honestFines: 0, boughtFines: 0, bondsLost: 0 }
  for (let i = 0; i < cases; i++) {
    const played = play(kinds, truth, strategy, true, random)
    if (played.guilty !== truth) sum.wrong++
    sum.rounds += played.rounds
    sum.honestFines += played.honestFines
    sum.boughtFines += played.boughtFines
    // The side that has the truth is the accuser's where the accused is guilty.
    sum.bondsLost += truth ? played.accuserLost : played.accusedLost
  }
  return {
    wrong: sum.wrong / cases,
    rounds: sum.rounds / cases,
    honestFines: sum.honestFines / cases,
    boughtFines: sum.boughtFines / cases,
    bondsLost: sum.bondsLost / cases,
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(2).padStart(6)} %`
const worlds: readonly (readonly [string, Omit<Pool, 'bought' | 'size'>])[] = [
  ['all are there', { absent: 0, unequipped: 0 }],
  ['30 % are away', { absent: 0.3, unequipped: 0 }],
  ['60 % are away', { absent: 0.6, unequipped: 0 }],
  ['half lack the base model', { absent: 0, unequipped: 0.5 }],
  ['95 % lack the base model', { absent: 0, unequipped: 0.95 }],
  ['30 % are away, 80 % of the rest lack it', { absent: 0.3, unequipped: 0.8 }],
]
const SIZE = 2_000
let bad = 0
process.stdout.write(
  `${cases} disputes a row among ${SIZE} jurors of ${STAKE} coins; both sides appeal to the end.\n` +
    'Fines are of one dispute, in coins; bonds in first bonds that the right side loses.\n\n' +
    `${'bought'.padEnd(8)}${'world'.padEnd(42)}innocent convicted  guilty cleared   rounds  honest fined  ` +
    'bought fined  bonds lost\n',
)
for (const bought of [0, 0.1, 0.25, 0.4])
  for (const [name, world] of worlds) {
    const pool = { size: SIZE, bought, ...world }
    const innocent = outcomeOf(pool, false, 'vote')
    // Who wants a guilty provider cleared lies or abstains, whatever does more.
    const guilty = (['vote', 'abstain'] as const)
      .map((strategy) => outcomeOf(pool, true, strategy))
      .reduce((worst, other) => (other.wrong > worst.wrong ? other : worst))
    process.stdout.write(
      `${percent(bought).padEnd(8)}${name.padEnd(42)}${percent(innocent.wrong).padStart(18)}` +
        `${percent(guilty.wrong).padStart(16)}${innocent.rounds.toFixed(2).padStart(9)}` +
        `${innocent.honestFines.toFixed(2).padStart(14)}${innocent.boughtFines.toFixed(2).padStart(14)}` +
        `${innocent.bondsLost.toFixed(2).padStart(12)}\n`,
    )
    if (bought <= 0.25 && world.absent === 0 && world.unequipped === 0 && innocent.wrong > INNOCENT_BAR) {
      bad++
      process.stdout.write(
        `  ABOVE: an innocent provider must not be convicted in more than ${percent(INNOCENT_BAR)}\n`,
      )
    }
  }

process.stdout.write('\nStake that convicts an innocent provider in half of all disputes, where all are there:\n')
for (const honest of [20, 200, 2_000]) {
  let bought = 0
  for (; bought < 20 * honest; bought += Math.ceil(honest / 50)) {
    const pool = { size: honest + bought, bought: bought / (honest + bought), absent: 0, unequipped: 0 }
    if (outcomeOf(pool, false, 'vote').wrong >= 0.5) break
  }
  process.stdout.write(
    `  ${honest} honest jurors: ${bought} machines, ${bought * STAKE} coins held for 21 days (and as much for the ` +
      `machines), ${((bought / honest) * 100).toFixed(0)} % of the honest stake\n`,
  )
}

process.stdout.write(`\nA draw among ${machines} machines on a real chain …\n`)
for (const { seats, gas, perSeat, agrees } of await drawGas(machines)) {
  const above = perSeat > GAS_BAR
  if (above || !agrees) bad++
  process.stdout.write(
    `  ${seats} seats: ${gas} gas, ${perSeat} a seat (bar ${GAS_BAR}, ratio ${(perSeat / GAS_BAR).toFixed(2)})` +
      `${above ? '  ABOVE' : ''}; ${agrees ? 'the seats are the model’s' : 'OTHER SEATS than the model’s'}\n`,
  )
}
process.exit(bad ? 1 : 0)
