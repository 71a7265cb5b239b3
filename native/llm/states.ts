import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { LlamaContextSequence, Token } from 'node-llama-cpp'
import type { EngineOptions } from '../../common/children/llm.ts'

/** Below this, reading the prompt anew takes no longer than reading the file. */
const LEAST_TOKENS = 64
const MOST_FILES = 8
const NAME = /^([0-9a-f]{64})\.(\d+)\.state$/

/**
 * The state of a prompt's stable part, kept in files so that a start need not read it again. llama.cpp loads a state of
 * another model of the same shape without a word, so the name is a hash of everything that decides it.
 */
function keyOf({ modelHash, contextSize, adapter, gpu }: EngineOptions, tokens: readonly Token[]): string {
  const hash = createHash('sha256').update(
    JSON.stringify([modelHash, contextSize, adapter ? [adapter.hash, adapter.scale] : null, gpu]),
  )
  return hash.update(Int32Array.from(tokens)).digest('hex')
}

/**
 * Brings an empty sequence to where it has read these tokens: from a file if there is one, else by reading, and leaves
 * a file.
 */
export async function readKept(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  options: EngineOptions,
): Promise<void> {
  if (options.states === null || tokens.length < LEAST_TOKENS) return
  await mkdir(options.states, { recursive: true, mode: 0o700 })
  const key = keyOf(options, tokens)
  if (await load(sequence, options.states, key)) return
  await sequence.evaluateWithoutGeneratingNewTokens([...tokens])
  await save(sequence, options.states, key).catch(() => {
    // Without room for it the next start reads the prompt again.
  })
  await forgetOld(options.states)
}

/**
 * llama.cpp ends the process over a file that was cut short, so a name has its length, and is away while it is loaded:
 * what killed once is not tried again.
 */
async function load(sequence: LlamaContextSequence, folder: string, key: string): Promise<boolean> {
  const name = (await readdir(folder)).find((file) => file.startsWith(key) && NAME.test(file))
  if (name === undefined) return false
  const path = join(folder, name)
  const trying = `${path}.trying`
  await rename(path, trying)
  if ((await stat(trying)).size !== Number(NAME.exec(name)![2])) return false
  try {
    await sequence.loadStateFromFile(trying, { acceptRisk: true })
  } catch {
    await sequence.clearHistory()
    return false
  }
  const now = new Date()
  await utimes(trying, now, now)
  await rename(trying, path)
  return true
}

async function save(sequence: LlamaContextSequence, folder: string, key: string): Promise<void> {
  const part = join(folder, `${key}.part`)
  const { fileSize } = await sequence.saveStateToFile(part)
  await rename(part, join(folder, `${key}.${fileSize}.state`))
}

/** Keeps those that were used last; what was cut off in the middle goes. */
async function forgetOld(folder: string): Promise<void> {
  const names = await readdir(folder)
  const files = await Promise.all(
    names
      .filter((name) => NAME.test(name))
      .map(async (name) => ({ name, used: (await stat(join(folder, name))).mtimeMs })),
  )
  const kept = new Set(
    files
      .toSorted((a, b) => b.used - a.used)
      .slice(0, MOST_FILES)
      .map(({ name }) => name),
  )
  for (const name of names) if (!kept.has(name)) await rm(join(folder, name), { force: true })
}
