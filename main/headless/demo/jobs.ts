import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import type { PresetName } from '../../../common/model/recipe-presets.ts'
import type { Api } from '../../../common/api/index.ts'
import type { HiredJob } from '../../../common/api/jobs.ts'
import { jobIsOver } from '../../../common/model/training-job.ts'
import { resourcePath } from '../../core/resources.ts'
import type { Rpc } from '../../features/chain/index.ts'
import { until } from '../../cli/act.ts'
import { orderRun, prepareRun } from '../../features/market/training/commands/order-run.ts'

const PATIENCE_MS = 600_000
const DAY = 86_400

/** A run of the demo model on all of its letters or the first few, ready to be trained. */
export async function newRun(
  api: Api,
  letters: number | null,
  base = resourcePath('demo', 'model'),
  preset: PresetName = 'fast',
): Promise<string> {
  const uploads: string[] = []
  if (letters !== null) {
    const upload = randomUUID()
    const text = (await readFile(resourcePath('demo', 'letters.jsonl'), 'utf8'))
      .split('\n')
      .slice(0, letters)
      .join('\n')
    await api.training.putData({
      upload,
      name: 'letters.jsonl',
      first: true,
      chunk: Buffer.from(text).toString('base64'),
    })
    uploads.push(upload)
  }
  return prepareRun(api, {
    name: 'Letters',
    base,
    uploads,
    preset,
    method: 'lora',
    sequenceLength: 64,
    classify: false,
  })
}

/** Orders a run from the first machine that takes it, or from a certain one. */
export async function openJob(
  api: Api,
  run: string,
  machine: number | null = null,
): Promise<{ id: number; price: bigint; milestones: number; stake: bigint }> {
  const quote = await until(
    'a quote',
    async () =>
      (await api.jobs.quotes({ run })).find(
        (item) => item.terms !== null && (machine === null || item.machine.id === machine),
      ),
    PATIENCE_MS,
  )
  const { price, milestones } = quote.terms!
  return { id: await orderRun(api, run, quote), price, milestones, stake: price * BigInt(milestones) }
}

export async function hired(api: Api, id: number): Promise<HiredJob> {
  return until(`job ${id}`, async () => (await api.jobs.hired({})).find(({ job }) => job.id === id))
}

export const over = (api: Api, id: number): Promise<HiredJob> =>
  until(
    'the end of the job',
    async () => {
      const item = await hired(api, id)
      return jobIsOver(item.job.state) && item.own?.state === 'closed' && item
    },
    PATIENCE_MS,
  )

/** Sets the practice chain's clock ahead to a time. */
export async function warp(rpc: Rpc, time: number): Promise<void> {
  const { timestamp } = await rpc.header('latest')
  if (time <= timestamp) return
  await rpc.send('evm_setNextBlockTimestamp', [Math.min(time, timestamp + 2 * DAY)], z.unknown())
  await rpc.send('evm_mine', [], z.unknown())
}
