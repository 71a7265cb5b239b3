import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { HearthError } from '../../common/errors/index.ts'
import { apart, ids, lossOf } from '../../test/support/model-logits.ts'
import { LOGITS_BAR, LOSS_BAR, type Row } from './row.ts'

/** A case of checks/reference/model_cases.py. */
export type Case = Readonly<Record<string, unknown>> & { readonly name: string }
interface Answer {
  readonly logits: Float32Array | null
  readonly loss: number | null
  readonly error: string | null
}

/** What transformers and peft compute of the cases, in one process. */
export async function oracle(
  python: string,
  folder: string,
  cases: readonly Case[],
): Promise<{ answers: readonly Answer[]; versions: Readonly<Record<string, string>> }> {
  const script = fileURLToPath(new URL('../reference/model_cases.py', import.meta.url))
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'pipe'] })
  const printed = Promise.all([text(child.stdout), text(child.stderr)])
  child.stdin.end(JSON.stringify({ folder, ids, cases }))
  const [out, errors] = await printed
  const last = out.split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) throw new Error(`the oracle failed: ${errors.slice(-2000)}`)
  const { results, versions } = JSON.parse(last) as {
    results: { logits?: string; loss?: number; error?: string }[]
    versions: Record<string, string>
  }
  const answers = results.map(({ logits, loss, error }) => ({
    logits: logits === undefined ? null : new Float32Array(Uint8Array.from(Buffer.from(logits, 'base64')).buffer),
    loss: loss ?? null,
    error: error ?? null,
  }))
  return { answers, versions }
}

/** Judges one case: what Hearth computes against the oracle's answer. */
export async function judge(name: string, answer: Answer, compute: () => Promise<Float32Array>): Promise<Row> {
  const row = { name, difference: null, lossDifference: null }
  let own: Float32Array
  try {
    own = await compute()
  } catch (error) {
    if (!(error instanceof HearthError) || error.code === 'INTERNAL')
      return { ...row, outcome: 'SILENT', words: `it fails without words: ${String(error)}` }
    return { ...row, outcome: 'refused', words: `${error.code}: ${error.message}` }
  }
  if (answer.logits === null)
    return { ...row, outcome: 'SILENT', words: `Hearth takes what the oracle refuses: ${answer.error ?? ''}` }
  const difference = apart(own, answer.logits)
  const lossDifference = answer.loss === null ? null : Math.abs(lossOf(own) / answer.loss - 1)
  const equal = difference <= LOGITS_BAR && (lossDifference ?? 0) <= LOSS_BAR
  return { name, outcome: equal ? 'equal' : 'SILENT', difference, lossDifference, words: '' }
}
