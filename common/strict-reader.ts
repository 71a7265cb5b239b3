/**
 * Named things that a stranger wrote (keys of an object, tensors of a file, fields of a request), and which of them
 * nobody has read. What stays unread may change what the rest means, so a reader refuses it or says it.
 */
export class StrictReader<T = unknown> {
  readonly #all: ReadonlyMap<string, T>
  readonly #unread: Set<string>

  constructor(things: Iterable<readonly [string, T]>) {
    this.#all = new Map(things)
    this.#unread = new Set(this.#all.keys())
  }

  static ofObject(object: object): StrictReader {
    return new StrictReader(Object.entries(object))
  }

  /** What has this name, which is read thereby; undefined where nothing has. */
  take(name: string): T | undefined {
    this.#unread.delete(name)
    return this.#all.get(name)
  }

  /** Names that are understood and change nothing here. */
  pass(known: Iterable<string> | ((name: string, thing: T) => boolean)): void {
    if (typeof known !== 'function') for (const name of known) this.#unread.delete(name)
    else for (const [name, thing] of this.#all) if (known(name, thing)) this.#unread.delete(name)
  }

  /** In the order in which they stand there. */
  get unread(): readonly string[] {
    return [...this.#unread]
  }
}

const MOST_NAMES = 5

/** Names for a sentence: “a”, “b” and 7 more. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => `“${name.slice(0, 100)}”`)
  const rest = names.length - shown.length
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}
