import { HearthError, isErrorCode } from '../../../../../common/errors/index.ts'
import type { Api } from '../../../../../common/api/index.ts'
import type { QuoteRow } from '../../../../../common/api/jobs.ts'
import type { MethodName, PresetName } from '../../../../../common/model/recipe-presets.ts'
import { act, until } from '../../../../cli/act.ts'

const PATIENCE_MS = 600_000
export const total = ({ price, milestones }: NonNullable<QuoteRow['terms']>): bigint => price * BigInt(milestones)

interface NewRun {
  readonly name: string
  readonly base: string
  /** Names under which the host keeps the data; none for the demo's letters. */
  readonly uploads: readonly string[]
  readonly preset: PresetName
  readonly method: MethodName
  readonly sequenceLength: number
  readonly classify: boolean
  readonly template?: string
}

/**
 * Makes a run in the data folder's library and waits until its data is prepared. @throws HearthError what preparing it
 * met
 */
export async function prepareRun(api: Api, { uploads, ...run }: NewRun): Promise<string> {
  const { id } = await api.training.create({ ...run, uploads: [...uploads], demoData: uploads.length === 0 })
  return until(
    'the prepared data',
    async () => {
      const {
        run: { state, error },
      } = await api.training.run({ id })
      if (state === 'failed')
        throw new HearthError(
          isErrorCode(error?.code) ? error.code : 'INTERNAL',
          error?.message ?? 'the data could not be prepared',
        )
      return state === 'ready' && id
    },
    PATIENCE_MS,
  )
}

/** Orders a run on a machine's terms, and gives the job's number. */
export async function orderRun(api: Api, run: string, { machine, terms }: QuoteRow): Promise<number> {
  const { price, milestones, duration } = terms!
  const known = new Set((await api.jobs.hired({})).map(({ job }) => job.id))
  const { work } = await api.jobs.draft({ run, milestones })
  await act(api, { kind: 'openJob', machine: machine.id, price, milestones, duration, work })
  const { job } = await until('the job', async () =>
    (await api.jobs.hired({})).find((item) => item.own?.run === run && !known.has(item.job.id)),
  )
  return job.id
}

/**
 * The cheapest machine that takes the run, or a certain one. @throws HearthError NOT_FOUND or the machine's own refusal
 */
export async function chooseQuote(api: Api, run: string, machine: number | undefined): Promise<QuoteRow> {
  const quotes = (await api.jobs.quotes({ run })).filter((row) => machine === undefined || row.machine.id === machine)
  const [best] = quotes
    .filter(({ terms }) => terms !== null)
    .sort((a, b) => (total(a.terms!) < total(b.terms!) ? -1 : 1))
  if (best) return best
  const refusal = quotes.find((row) => row.refusal)?.refusal
  throw new HearthError(
    isErrorCode(refusal?.code) ? refusal.code : 'NOT_FOUND',
    refusal?.message ??
      (machine === undefined ? 'no machine on the market answers' : `machine ${machine} does not answer`),
  )
}
