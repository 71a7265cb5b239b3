/**
 * The rules of Jury.sol as a model, so that many thousands of cases can be played. Which seats a beacon draws is held
 * to the contract (draw-gas.ts); verdicts and fines are not, the contract's own tests have those.
 */
import { seatsIn } from '../../common/model/dispute.ts'

export type Kind = 'honest' | 'absent' | 'unequipped' | 'bought'
/** What bought jurors do: lie, or keep the honest from being heard. */
export type Strategy = 'vote' | 'abstain'

export interface Pool {
  readonly size: number
  /** Shares of the pool's stake; the rest of the honest is there and equipped. */
  readonly bought: number
  /** Of the honest: who does not answer at all. */
  readonly absent: number
  /** Of the honest who are there: who has not got the base model. */
  readonly unequipped: number
}

export interface Played {
  readonly guilty: boolean
  readonly rounds: number
  /** In coins, of the stakes of jurors who told the truth or were away, and of bought ones. */
  readonly honestFines: number
  readonly boughtFines: number
  /** Bonds that each side has lost, in first bonds. */
  readonly accuserLost: number
  readonly accusedLost: number
}

const DRAWS = 8
const [APPEALS, ABSENCE, FALSE_VOTE] = [2, 1, 5]

/** Uniform in [0, 1), from a small generator (mulberry32), so that a run can be made again. */
export function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function poolOf({ size, bought, absent, unequipped }: Pool): readonly Kind[] {
  const kinds: Kind[] = []
  const [lying, honest] = [Math.round(size * bought), size - Math.round(size * bought)]
  const away = Math.round(honest * absent)
  const lacking = Math.round((honest - away) * unequipped)
  for (let i = 0; i < size; i++)
    kinds.push(
      i < lying ? 'bought' : i < lying + away ? 'absent' : i < lying + away + lacking ? 'unequipped' : 'honest',
    )
  return kinds
}

interface Seats {
  readonly votes: readonly { readonly kind: Kind; readonly guilty: boolean }[]
  readonly absent: readonly Kind[]
  readonly abstained: number
}

/** One jury: drawn, replaced, heard. Silence is replaced in two later waves, as the contract's two days allow. */
function heard(pool: readonly Kind[], round: number, truth: boolean, strategy: Strategy, random: () => number): Seats {
  const seats = seatsIn(round)
  const taken = new Set<number>()
  const [votes, absent]: [{ kind: Kind; guilty: boolean }[], Kind[]] = [[], []]
  let [draws, abstained] = [0, 0]
  for (let wave = 0; wave < 3; wave++) {
    let open = 0
    while (votes.length + open < seats && 2 * abstained < 3 * seats && draws < seats * DRAWS) {
      draws++
      const at = Math.floor(random() * pool.length)
      const kind = pool[at]
      if (kind === undefined || taken.has(at)) continue
      taken.add(at)
      if (kind === 'absent') {
        open++
        absent.push(kind)
      } else if (kind === 'unequipped' || (kind === 'bought' && strategy === 'abstain')) abstained++
      else votes.push({ kind, guilty: kind === 'bought' ? !truth : truth })
    }
    if (open === 0) break
  }
  return { votes, absent, abstained }
}

/**
 * One dispute to its end. Whoever has the truth on its side appeals as long as it can; the other side does where it
 * pays for it.
 * @param truth whether the accused is guilty
 */
export function play(
  pool: readonly Kind[],
  truth: boolean,
  strategy: Strategy,
  liarAppeals: boolean,
  random: () => number,
): Played {
  let guilty = false
  const juries: Seats[] = []
  const bonds = { accuser: 1, accused: 1 }
  for (let round = 0; ; round++) {
    const jury = heard(pool, round, truth, strategy, random)
    juries.push(jury)
    const answers = jury.votes.length + jury.abstained
    const convicting = jury.votes.filter((vote) => vote.guilty).length
    if (answers >= 2)
      guilty = convicting >= 2 && 2 * convicting > jury.votes.length && 2 * jury.abstained < 3 * seatsIn(round)
    const loser = guilty ? 'accused' : 'accuser'
    if (round === APPEALS || (guilty === truth && !liarAppeals)) break
    bonds[loser] += 2 ** (round + 1)
  }
  let [honestFines, boughtFines] = [0, 0]
  for (const { votes, absent } of juries) {
    honestFines += absent.length * ABSENCE
    for (const vote of votes)
      if (vote.guilty !== guilty) {
        if (vote.kind === 'bought') boughtFines += FALSE_VOTE
        else honestFines += FALSE_VOTE
      }
  }
  return {
    guilty,
    rounds: juries.length,
    honestFines,
    boughtFines,
    accuserLost: guilty ? 0 : bonds.accuser,
    accusedLost: guilty ? bonds.accused : 0,
  }
}
