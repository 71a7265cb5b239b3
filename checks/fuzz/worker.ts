// One target in a process of its own: node checks/fuzz/worker.ts TARGET SECONDS SEED FOLDER. The input that is being
// read stands in FOLDER/now, so that whoever watches has it where this process hangs or dies. Each line of output is a
// Report.
import { mkdirSync, writeFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { HearthError } from '../../common/errors/index.ts'
import { Random } from '../../native/trainer/random.ts'
import { Coverage } from './coverage.ts'
import { mutate } from './mutate.ts'

export interface Report {
  readonly inputs: number
  /** Characters of the project that ran. */
  readonly characters: number
  readonly kept: number
  /** Seconds a kilobyte (or a smaller input) of the slowest input. */
  readonly slowest: number
  readonly crash?: { readonly message: string }
}

const KILOBYTE = 1024
const REPORT_MS = 500
const root = new URL('../../', import.meta.url).href

async function fuzz(name: string, seconds: number, seed: string, folder: string): Promise<void> {
  const coverage = new Coverage(
    (url) => url.startsWith(root) && !url.includes('/node_modules/') && !url.includes('/checks/'),
  )
  // What is loaded before it is watched is watched by whole functions alone.
  const { targets } = await import('./targets/index.ts')
  const target = targets.find((it) => it.name === name)
  if (!target) throw new Error(`there is no target ${name}`)
  const random = new Random(`fuzz/${seed}/${name}`)
  const corpus = target.seeds.map((bytes) => Buffer.from(bytes))
  const words = (target.words ?? []).map((word) => Buffer.from(word))
  const any = (): Uint8Array => corpus[random.below(corpus.length)] ?? new Uint8Array()
  let [inputs, slowest, told] = [0, 0, performance.now()]
  const report = (more: Partial<Report> = {}): void =>
    void process.stdout.write(
      `${JSON.stringify({ inputs, characters: coverage.characters, kept: corpus.length, slowest, ...more })}\n`,
    )
  const own = join(folder, 'work')
  mkdirSync(own, { recursive: true })
  const end = performance.now() + seconds * 1000
  for (const seeds = [...corpus]; performance.now() < end; inputs++) {
    const input = seeds.shift() ?? mutate(random, any(), any(), words)
    writeFileSync(join(folder, 'now'), input)
    const begun = performance.now()
    try {
      await target.read(input, own)
    } catch (error) {
      if (!(error instanceof HearthError)) {
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
        return report({ crash: { message } })
      }
    }
    slowest = Math.max(slowest, (performance.now() - begun) / 1000 / Math.max(1, input.length / KILOBYTE))
    for (const file of readdirSync(own)) rmSync(join(own, file), { recursive: true })
    if (coverage.fresh() > 0) corpus.push(Buffer.from(input))
    if (performance.now() - told < REPORT_MS) continue
    told = performance.now()
    report()
  }
  report()
}

if (process.argv[1] === import.meta.filename) {
  const [name = '', seconds = '10', seed = '1', folder = ''] = process.argv.slice(2)
  await fuzz(name, Number(seconds), seed, folder)
}
