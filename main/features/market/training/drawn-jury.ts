import { AbiCoder, keccak256 } from 'ethers'
import { seatsIn, seatStates } from '../../../../common/model/dispute.ts'
import type { KeptEvent } from '../../chain/index.ts'

const abi = AbiCoder.defaultAbiCoder()
/** What is held for a juror, and what it must still have to be drawn, as in the Jury contract. */
const STAKE = 10n * 10n ** 18n
const LEAST_STAKE = 5n * 10n ** 18n
/** Draws that a round may make for each of its seats. */
const DRAWS = 8
const ABSTAINED = String(seatStates.indexOf('abstained'))

/** What a draw depends on beside who was enrolled. */
interface Round {
  readonly dispute: number
  readonly round: number
  /** Block at whose end the machines were enrolled that may judge it. */
  readonly since: number
  /** In lower case; neither judges. */
  readonly parties: readonly string[]
  readonly seed: string
}

/** The seed of a round's draws, from the hash of the block that draws. */
export const seedOf = (hash: string, dispute: number, round: number): string =>
  keccak256(abi.encode(['bytes32', 'uint256', 'uint8'], [hash, dispute, round]))

/** The events of the Jury that a draw depends on. */
export const juryEvents = [
  'JurorEnrolled',
  'JurorRetired',
  'JurorReleased',
  'JurorFined',
  'SeatSealed',
  'SeatEmptied',
  'SeatDrawn',
  'DrawsSpent',
] as const

/**
 * Who is seated in a round, in the order of the seats: follows the Jury contract along its events. Of the draws
 * themselves it takes nothing but when they were made.
 * @param events all of the names in `juryEvents`, in the order of the chain
 */
export function drawnJury(events: readonly KeptEvent[], round: Round): number[] {
  const jury = new JuryReplay(round)
  for (const event of events) jury.take(event)
  return jury.seats
}

class JuryReplay {
  readonly seats: number[] = []
  readonly #round: Round
  /** Machines by their position at the end of the block `since`. */
  readonly #positions: number[] = []
  readonly #jurors = new Map<number, { readonly owner: string; readonly stake: bigint }>()
  #draws = 0
  #open = 0
  #votes = 0
  #abstained = 0
  /** Seats that were drawn here, and that the chain has not said yet. */
  #ahead = 0

  constructor(round: Round) {
    this.#round = round
  }

  take(event: KeptEvent): void {
    const { name, args } = event
    const machine = Number(args.machine)
    const juror = this.#jurors.get(machine)
    switch (name) {
      case 'JurorEnrolled':
        this.#jurors.set(machine, { owner: args.owner!.toLowerCase(), stake: STAKE })
        if (event.block <= this.#round.since) this.#positions.push(machine)
        return
      case 'JurorRetired':
        if (event.block <= this.#round.since) this.#leave(machine)
        return
      case 'JurorReleased':
        this.#jurors.delete(machine)
        return
      case 'JurorFined':
        if (juror) this.#jurors.set(machine, { ...juror, stake: juror.stake - BigInt(args.amount!) })
        return
      default:
        if (Number(args.id) === this.#round.dispute && Number(args.round) === this.#round.round) this.#inRound(event)
    }
  }

  #inRound({ name, args }: KeptEvent): void {
    if (name === 'SeatSealed') this.#votes++
    if (name === 'SeatSealed' || name === 'SeatEmptied') this.#open--
    if (name === 'SeatEmptied' && args.state === ABSTAINED) this.#abstained++
    if (name !== 'SeatDrawn' && name !== 'DrawsSpent') return
    if (this.#ahead === 0) this.#fill()
    if (name === 'SeatDrawn' && this.#ahead > 0) this.#ahead--
  }

  /** The last one in the draw takes the place of the one that leaves. */
  #leave(machine: number): void {
    const place = this.#positions.indexOf(machine)
    const last = this.#positions.pop()
    if (last !== undefined && place >= 0 && place < this.#positions.length) this.#positions[place] = last
  }

  #fill(): void {
    const { round, seed } = this.#round
    const [count, wanted] = [this.#positions.length, seatsIn(round)]
    if (count === 0) return
    while (this.#open + this.#votes < wanted && 2 * this.#abstained < 3 * wanted && this.#draws < wanted * DRAWS) {
      const number = keccak256(abi.encode(['bytes32', 'uint256'], [seed, this.#draws++]))
      const machine = this.#positions[Number(BigInt(number) % BigInt(count))]!
      if (!this.#mayJudge(machine)) continue
      this.seats.push(machine)
      this.#open++
      this.#ahead++
    }
  }

  #mayJudge(machine: number): boolean {
    const juror = this.#jurors.get(machine)
    return (
      juror !== undefined &&
      juror.stake >= LEAST_STAKE &&
      !this.#round.parties.includes(juror.owner) &&
      !this.seats.includes(machine)
    )
  }
}
