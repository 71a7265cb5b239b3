/**
 * A training step of a 135M-shaped llama (LoRA, r 8, on q, k and v) against torch on the same machine, turn by turn in
 * one run, and against the machine's own matrix-product rate.
 * npm run bench:train [-- --tokens 256,1024 --plans 'monolith,save,recompute,4-bit save' --repetitions 5]
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { findPython } from '../../checks/support/torch.ts'
import { Graph } from '../../native/trainer/graph/graph.ts'
import { matmul } from '../../native/trainer/graph/matmul.ts'
import { profiles } from '../../native/trainer/graph/profile.ts'
import { floats, Session } from '../../native/trainer/executor/session.ts'
import { writeRandomModel } from '../../test/support/tiny-models.ts'

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : process.argv[at + 1]!
}
const shape = {
  model_type: 'llama',
  hidden_size: 576,
  intermediate_size: 1536,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  vocab_size: 49_152,
  max_position_embeddings: 2048,
  rms_norm_eps: 1e-5,
  rope_theta: 100_000,
  tie_word_embeddings: true,
  hidden_act: 'silu',
}
const RANK = 8
const SIZE = 1536
const targets = ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'].join()
const threads = availableParallelism()
const repetitions = Number(option('repetitions', '5'))
const chosen = option('plans', 'monolith,save,recompute,4-bit save').split(',')
const print = (line: string) => process.stdout.write(`${line}\n`)

/** A process that makes one step for each line that it is sent. */
class Runner {
  readonly name: string
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly times: number[] = []
  estimate: number | null = null
  peak = 0

  constructor(name: string, command: string, args: readonly string[]) {
    this.name = name
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', NODE_NO_WARNINGS: '1' },
    })
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]()
  }

  async #read<T>(): Promise<T> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error(`${this.name} ended`)
    return JSON.parse(String(value)) as T
  }

  async ready(): Promise<void> {
    this.estimate = (await this.#read<{ estimate?: number }>()).estimate ?? null
  }

  async step(): Promise<void> {
    this.#child.stdin!.write('\n')
    this.times.push((await this.#read<{ ms: number }>()).ms)
  }

  async stop(): Promise<void> {
    this.#child.stdin!.write('q\n')
    this.peak = (await this.#read<{ peak: number }>()).peak
  }

  get median(): number {
    return this.times.toSorted((a, b) => a - b)[Math.floor(this.times.length / 2)]!
  }
}

/**
 * One big float32 product: what a step could reach if it were nothing else. Its best rate counts, in operations a
 * second.
 */
class MatrixRate {
  readonly #session: Session
  best = 0

  private constructor(session: Session) {
    this.#session = session
  }

  static async create(): Promise<MatrixRate> {
    const g = new Graph(profiles.cpu)
    g.output('y', matmul(g, g.input('a', 'float', [SIZE, SIZE]), g.input('b', 'float', [SIZE, SIZE]), { transB: true }))
    return new MatrixRate(await Session.create(g, { backend: 'cpu', threads, spin: true }))
  }

  async measure(): Promise<void> {
    const feeds = {
      a: floats(new Float32Array(SIZE * SIZE).fill(0.5), [SIZE, SIZE]),
      b: floats(new Float32Array(SIZE * SIZE).fill(0.25), [SIZE, SIZE]),
    }
    for (let i = 0; i < 4; i++) {
      const begun = performance.now()
      await this.#session.run(feeds)
      this.best = Math.max(this.best, (2 * SIZE ** 3 * 1000) / (performance.now() - begun))
    }
  }
}

/**
 * Multiplications and additions of a step's matrix products: forward, and the input's gradient behind each frozen
 * weight.
 */
function operations(tokens: number): number {
  const {
    hidden_size: d,
    intermediate_size: f,
    num_attention_heads: heads,
    num_key_value_heads: kv,
    num_hidden_layers: layers,
    vocab_size: vocabulary,
  } = shape
  const size = d / heads
  const projections = 2 * tokens * (d * d * 2 + 2 * d * kv * size + 3 * d * f)
  const attention = 2 * 2 * heads * tokens * tokens * size
  return layers * (2 * projections + 3 * attention) + 2 * 2 * tokens * d * vocabulary
}

const folder = await mkdtemp(join(tmpdir(), 'hearth-bench-train-'))
const python = findPython()
try {
  await writeRandomModel(folder, shape, 'bench')
  const rate = await MatrixRate.create()
  for (const tokens of option('tokens', '256,1024').split(',').map(Number)) {
    const engine = fileURLToPath(new URL('engine-step.ts', import.meta.url))
    const torch = fileURLToPath(new URL('torch_step.py', import.meta.url))
    const args = [folder, String(tokens), String(RANK), targets]
    // Pairs take turns, so that whatever else the machine does meets both.
    const pairs: [string, string, string, boolean][] = [
      ['monolith', 'monolith', 'f32', false],
      ['save', 'save', 'f32', false],
      ['recompute', 'recompute', 'f32', true],
      ['4-bit save', 'save', 'q4_0', false],
    ]
    for (const [name, plan, format, checkpointing] of pairs.filter(([name]) => chosen.includes(name))) {
      const ours = new Runner(name, process.execPath, [engine, ...args, plan, String(threads), format])
      await ours.ready()
      const theirs = python
        ? new Runner(`torch${checkpointing ? ' with checkpointing' : ''}`, python, [
            torch,
            ...args,
            checkpointing ? '1' : '0',
            String(threads),
          ])
        : null
      await theirs?.ready()
      for (let i = 0; i < repetitions; i++) {
        await ours.step()
        await theirs?.step()
        await rate.measure()
      }
      await ours.stop()
      await theirs?.stop()
      const share = (operations(tokens) * 1000) / ours.median / rate.best
      print(
        `T=${tokens} ${name}: ${ours.median.toFixed(0)} ms, peak ${(ours.peak / 2 ** 20).toFixed(0)} MiB ` +
          `(estimated ${((ours.estimate ?? 0) / 2 ** 20).toFixed(0)}), ${(share * 100).toFixed(0)} % of the matrix ` +
          `rate (${(rate.best / 1e9).toFixed(0)} GFLOP/s on ${threads} ` +
          `threads)` +
          (theirs
            ? `; ${theirs.name} ${theirs.median.toFixed(0)} ms, ${(theirs.peak / 2 ** 20).toFixed(0)} MiB; ` +
              `ratio ${(ours.median / theirs.median).toFixed(2)} time, ${(ours.peak / theirs.peak).toFixed(2)} memory`
            : ''),
      )
    }
  }
  if (!python) print('skipped torch: no Python with torch (HEARTH_PYTHON names one)')
} finally {
  await rm(folder, { recursive: true, force: true })
}
