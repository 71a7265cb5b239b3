import * as z from 'zod'
import { Address, ChainTime, Hash, Units } from './values.ts'

/** States of a case in the order of the Jury contract's enum, which has None before them. */
export const disputeStates = ['called', 'voting', 'revealing', 'ruled', 'closed'] as const
/** States of a seat in the order of the contract's enum. */
export const seatStates = ['drawn', 'sealed', 'guilty', 'innocent', 'abstained', 'absent'] as const

/** Appeals that a case has at most, as `Jury.APPEALS`. */
export const MOST_APPEALS = 2

/** A seat of a jury as the chain has it. */
export const SeatRow = z.object({
  dispute: z.int(),
  /** Zero for the first jury; an appeal's is the next. */
  round: z.int(),
  machine: z.int(),
  owner: Address,
  /** Until when it may vote. */
  until: ChainTime,
  state: z.enum(seatStates),
})
export type SeatRow = z.infer<typeof SeatRow>

/** A dispute as the chain has it. */
export const DisputeRow = z.object({
  id: z.int(),
  accuser: Address,
  accused: Address,
  /** What either party has put down at first. */
  bond: Units,
  state: z.enum(disputeStates),
  round: z.int(),
  /** The verdict so far. */
  guilty: z.boolean(),
  beaconBlock: z.int(),
  /** Whether the round has made all of its draws. */
  spent: z.boolean(),
  /** The end of revealing, then of appealing; null before. */
  deadline: ChainTime.nullable(),
  /** Every event of the dispute with its transaction. */
  transactions: z.array(z.object({ event: z.string(), hash: Hash })),
})
export type DisputeRow = z.infer<typeof DisputeRow>

const VOTE_SECONDS = 86_400

/** Seats of the first jury (0) and of each appeal, as `Jury.seatsIn`. */
export const seatsIn = (round: number): number => (4 << round) - 1

/** What anybody may do to a dispute so that it goes on. */
export type DisputeStep = 'draw' | 'rule-round' | 'close'

/**
 * The step that a dispute waits for; null while it waits for jurors or the clock. Wasted calls are refused by the
 * contract, so this names only what changes something.
 * @param now the newest block
 */
export function stepOf(
  { state, round, beaconBlock, spent, deadline }: DisputeRow,
  seats: readonly SeatRow[],
  now: { readonly number: number; readonly time: number },
): DisputeStep | null {
  const isPast = (time: number | null): boolean => time !== null && now.time > time
  if (state === 'called') return now.number <= beaconBlock ? null : now.number - beaconBlock > 8_191 ? 'close' : 'draw'
  if (state === 'revealing') return isPast(deadline) ? 'rule-round' : null
  if (state === 'ruled') return round === MOST_APPEALS || isPast(deadline) ? 'close' : null
  if (state === 'closed') return 'close'
  const drawn = seats.filter((seat) => seat.state === 'drawn')
  if (drawn.length === 0 || drawn.some(({ until }) => isPast(until))) return 'draw'
  const taken = drawn.length + seats.filter((seat) => seat.state === 'sealed').length
  const abstained = seats.filter((seat) => seat.state === 'abstained').length
  // Jurors are replaced for twice as long as each may take.
  const over = isPast(Math.min(...seats.map(({ until }) => until)) + VOTE_SECONDS)
  return taken < seatsIn(round) && 2 * abstained < 3 * seatsIn(round) && !spent && !over ? 'draw' : null
}

/** What of a dispute a sent step changes. */
export const seenOfDispute = ({ id, state, round }: DisputeRow, seats: readonly SeatRow[]): string =>
  `${id} ${state} ${round} ${seats.map((seat) => `${seat.machine}${seat.state}`).join(' ')}`
