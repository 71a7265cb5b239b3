import { setTimeout as sleep } from 'node:timers/promises'
import { telemetryContract } from '../../../common/children/telemetry.ts'
import type { Sample } from '../../../common/model/telemetry.ts'
import { implement, serveChild } from '../../core/processes/child-frame.ts'
import { report } from './report.ts'
import { Sampler } from './sampler.ts'

const sampler = new Sampler()
// However this process ends in order, the tools that it started end with it.
process.once('exit', () => sampler.stop())
process.once('SIGTERM', () => process.exit(0))

async function* watch(
  { apps, everyMs }: { readonly apps: readonly string[]; readonly everyMs: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<Sample, void> {
  sampler.apps = apps
  while (!signal?.aborted) {
    const begun = performance.now()
    yield await sampler.sample(everyMs)
    await sleep(Math.max(0, begun + everyMs - performance.now()), undefined, signal ? { signal } : {}).catch(() => {})
  }
}

const os = implement(telemetryContract)
serveChild(
  os.router({
    report: os.report.handler(async () => report(await sampler.gpus.read())),
    watch: os.watch.handler(({ input, signal }) => watch(input, signal)),
  }),
)
