import { Interpreter } from '@huggingface/jinja'

/** A chat of a thousand messages with tools takes a hundred thousand. */
const MOST_STEPS = 500_000

type Method = (this: Interpreter, ...given: unknown[]) => unknown
/** Every statement and expression goes through the first, and every turn of a loop through the second. */
const COUNTED = ['evaluate', 'evaluateBlock']

let steps = 0
let isOver = false

const tooMany = (): Error => new Error(`its chat template takes more than ${MOST_STEPS} steps`)

function count(): void {
  if (++steps <= MOST_STEPS) return
  isOver = true
  throw tooMany()
}

function wrap(name: string): void {
  const method: unknown = Reflect.get(Interpreter.prototype, name)
  if (typeof method !== 'function') throw new Error(`the library for templates has no ${name} any more`)
  const counted: Method = function (...given) {
    count()
    return Reflect.apply(method, this, given) as unknown
  }
  Reflect.set(Interpreter.prototype, name, counted)
}

// Templates come with models, from anybody, and the library, which node-llama-cpp uses too, has no limit: two loops of
// 99,999 never end.
for (const name of COUNTED) wrap(name)

/**
 * Does what writes by a model's templates, which have so many steps for all of it.
 * @throws Error where they take more, also where a library caught that and went on
 */
export function inSteps<T>(work: () => T): T {
  steps = 0
  isOver = false
  const done = work()
  if (isOver) throw tooMany()
  return done
}
