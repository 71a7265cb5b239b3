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
export function move<S extends string, M extends Moves<S>>(moves: M, state: S, event: EventOf<M> & string): S {
  const next = (moves[state] as Partial<Record<string, S>>)[event]
  if (next === undefined) throw new IllegalMove(state, event)
  return next
}
