/**
 * Python's regular expressions as adapters use them to name modules, matched in time linear in the text (a simulated
 * automaton, after Thompson 1968): a stranger's pattern cannot make the match run for years.
 */
type Node =
  | { readonly kind: 'char'; readonly test: (char: string) => boolean }
  | { readonly kind: 'edge'; readonly holds: (text: string, at: number) => boolean }
  | { readonly kind: 'all'; readonly parts: readonly Node[] }
  | { readonly kind: 'any'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly least: number; readonly most: number }

type Step =
  | { readonly kind: 'char'; readonly test: (char: string) => boolean }
  | { readonly kind: 'edge'; readonly holds: (text: string, at: number) => boolean }
  | { readonly kind: 'go'; readonly to: readonly number[] }
  | { readonly kind: 'end' }

const LONGEST = 4096
const MOST_STEPS = 4000
const DEEPEST = 50

/** A pattern that cannot be matched here: not a regular expression, or one with look-arounds or back-references. */
export class PatternError extends Error {}

const isWord = (char: string | undefined): boolean => char !== undefined && /\w/.test(char)
const classes: Readonly<Record<string, (char: string) => boolean>> = {
  d: (char) => /\d/.test(char),
  D: (char) => /\D/.test(char),
  w: (char) => /\w/.test(char),
  W: (char) => /\W/.test(char),
  s: (char) => /\s/.test(char),
  S: (char) => /\S/.test(char),
}
const atEdge = (text: string, at: number): boolean => isWord(text[at - 1]) !== isWord(text[at])
const edges: Readonly<Record<string, (text: string, at: number) => boolean>> = {
  '^': (_, at) => at === 0,
  A: (_, at) => at === 0,
  $: (text, at) => at === text.length,
  Z: (text, at) => at === text.length,
  b: atEdge,
  B: (text, at) => !atEdge(text, at),
}

class Parser {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    if (text.length > LONGEST) throw new PatternError(`it has more than ${LONGEST} characters`)
    this.#text = text
  }

  parse(): Node {
    const node = this.#options()
    if (this.#at < this.#text.length) throw new PatternError('a bracket is closed that was not opened')
    return node
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #next(): string {
    const char = this.#text[this.#at++]
    if (char === undefined) throw new PatternError('it ends too early')
    return char
  }

  #options(): Node {
    if (++this.#depth > DEEPEST) throw new PatternError('its groups are nested too deep')
    const options: Node[] = []
    do {
      const parts: Node[] = []
      while (this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at] ?? '')) parts.push(this.#repeated())
      options.push({ kind: 'all', parts })
    } while (this.#take('|'))
    this.#depth--
    return { kind: 'any', options }
  }

  #repeated(): Node {
    const of = this.#one()
    const [counts, least, comma, most] = /^\{(\d*)(?:(,)(\d*))?\}/.exec(this.#text.slice(this.#at, this.#at + 20)) ?? []
    let node: Node = of
    if (this.#take('*')) node = { kind: 'repeat', of, least: 0, most: Infinity }
    else if (this.#take('+')) node = { kind: 'repeat', of, least: 1, most: Infinity }
    else if (this.#take('?')) node = { kind: 'repeat', of, least: 0, most: 1 }
    else if (counts !== undefined && counts !== '{}' && this.#take(counts))
      node = { kind: 'repeat', of, least: Number(least), most: most ? Number(most) : comma ? Infinity : Number(least) }
    else return of
    // Lazy or greedy, the same texts match whole.
    this.#take('?')
    if (/^(?:[*+]|\{\d)/.test(this.#text.slice(this.#at, this.#at + 2)))
      throw new PatternError('a repetition is repeated')
    return node
  }

  #one(): Node {
    const char = this.#next()
    if (char === '(') {
      const named = /^\?P<\w+>/.exec(this.#text.slice(this.#at, this.#at + 80))?.[0]
      if (!this.#take('?:') && !(named && this.#take(named)) && this.#text[this.#at] === '?')
        throw new PatternError('it has a look-around, a flag or a reference')
      const node = this.#options()
      if (!this.#take(')')) throw new PatternError('a bracket is not closed')
      return node
    }
    if (char === '[') return { kind: 'char', test: this.#set() }
    if (char === '.') return { kind: 'char', test: (other) => other !== '\n' }
    if (char === '\\') return this.#escaped()
    if ('*+?'.includes(char)) throw new PatternError('a repetition has nothing to repeat')
    const edge = edges[char]
    return edge && '^$'.includes(char)
      ? { kind: 'edge', holds: edge }
      : { kind: 'char', test: (other) => other === char }
  }

  #escaped(): Node {
    const char = this.#next()
    const [test, edge] = [classes[char], edges[char]]
    if (test) return { kind: 'char', test }
    if (edge && /[AZbB]/.test(char)) return { kind: 'edge', holds: edge }
    if (/[a-zA-Z0-9]/.test(char)) throw new PatternError(`it has the escape \\${char}`)
    return { kind: 'char', test: (other) => other === char }
  }

  #set(): (char: string) => boolean {
    const not = this.#take('^')
    const tests: ((char: string) => boolean)[] = []
    for (let first = true; first || !this.#take(']'); first = false) {
      const from = this.#next()
      const named = from === '\\' ? this.#next() : null
      const test = named === null ? undefined : classes[named]
      if (test) {
        tests.push(test)
        continue
      }
      if (named !== null && /[a-zA-Z0-9]/.test(named)) throw new PatternError(`it has the escape \\${named}`)
      const low = named ?? from
      if (this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']') {
        this.#at++
        const high = this.#next()
        if (high === '\\' || high < low) throw new PatternError('a range of characters is none')
        tests.push((char) => char >= low && char <= high)
      } else tests.push((char) => char === low)
    }
    return (char) => tests.some((test) => test(char)) !== not
  }
}

function compile(node: Node, steps: Step[]): void {
  if (steps.length > MOST_STEPS) throw new PatternError('it is too large')
  switch (node.kind) {
    case 'char':
    case 'edge':
      steps.push(node)
      return
    case 'all':
      for (const part of node.parts) compile(part, steps)
      return
    case 'any': {
      const start = steps.length
      const targets: number[] = []
      const ends: number[] = []
      steps.push({ kind: 'end' })
      for (const option of node.options) {
        targets.push(steps.length)
        compile(option, steps)
        ends.push(steps.length)
        steps.push({ kind: 'end' })
      }
      steps[start] = { kind: 'go', to: targets }
      for (const end of ends) steps[end] = { kind: 'go', to: [steps.length] }
      return
    }
    case 'repeat': {
      if (node.least > MOST_STEPS || (node.most < Infinity && node.most > MOST_STEPS))
        throw new PatternError('it is too large')
      for (let i = 0; i < node.least; i++) compile(node.of, steps)
      if (node.most === Infinity) {
        const start = steps.length
        steps.push({ kind: 'end' })
        compile(node.of, steps)
        steps.push({ kind: 'go', to: [start] })
        steps[start] = { kind: 'go', to: [start + 1, steps.length] }
        return
      }
      const skips: number[] = []
      for (let i = node.least; i < node.most; i++) {
        skips.push(steps.length)
        steps.push({ kind: 'end' })
        compile(node.of, steps)
      }
      for (const at of skips) steps[at] = { kind: 'go', to: [at + 1, steps.length] }
    }
  }
}

/** A test of whole texts. @throws PatternError for a pattern that is not matched here */
export function wholePattern(pattern: string): (text: string) => boolean {
  const steps: Step[] = []
  compile(new Parser(pattern).parse(), steps)
  steps.push({ kind: 'end' })
  const last = steps.length - 1
  return (text) => {
    let now = new Set<number>()
    const enter = (first: number, at: number, into: Set<number>) => {
      const waiting = [first]
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (into.has(next)) continue
        into.add(next)
        const step = steps[next]
        if (step?.kind === 'go') waiting.push(...step.to)
        else if (step?.kind === 'edge' && step.holds(text, at)) waiting.push(next + 1)
      }
    }
    enter(0, 0, now)
    for (let at = 0; at < text.length; at++) {
      const then = new Set<number>()
      for (const index of now) {
        const step = steps[index]
        if (step?.kind === 'char' && step.test(text[at] ?? '')) enter(index + 1, at + 1, then)
      }
      if (then.size === 0) return false
      now = then
    }
    return now.has(last)
  }
}
