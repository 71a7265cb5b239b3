/** A closed table of legal moves: state → event → next state. */
export type Moves<S extends string> = Readonly<Record<S, Readonly<Partial<Record<string, S>>>>>
export type EventOf<M> =
  M extends Readonly<Record<string, infer Row>> ? (Row extends unknown ? keyof Row : never) : never

export class IllegalMove extends Error {
  constructor(state: string, event: string) {
    super(`"${event}" is not possible while ${state}`)
    this.name = 'IllegalMove'
  }
}

/** @throws IllegalMove when the event is not legal in this state. */
export const move = <S extends string, M extends Moves<S>>(moves: M, state: S, event: EventOf<M> & string): S =>
  lookUp<S>(moves, state, event)

/** For tables that are known at run time alone. @throws IllegalMove, also where the state is none of the table's */
export function lookUp<S extends string>(moves: Moves<S>, state: S, event: string): S {
  const next = Object.hasOwn(moves, state) ? moves[state][event] : undefined
  if (next === undefined) throw new IllegalMove(state, event)
  return next
}

/** The states that have no way out. */
export const endsOf = <S extends string>(moves: Moves<S>): S[] =>
  (Object.keys(moves) as S[]).filter((state) => isEnd(moves, state))

/** Whether a state has no way out. */
export const isEnd = <S extends string>(moves: Moves<S>, state: S): boolean =>
  Object.hasOwn(moves, state) && Object.keys(moves[state]).length === 0
