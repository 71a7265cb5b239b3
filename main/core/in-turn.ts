/** Makes a queue of one: what is begun through it starts when all before it has ended, however that ended. */
export function inTurn(): <T>(begin: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (begin) => {
    const turn = last.then(begin)
    last = turn.catch(() => {})
    return turn
  }
}
