import type { Api } from '../../../../../common/api/index.ts'
import type { Offer, OfferedHardware } from '../../../../../common/model/market.ts'
import { until } from '../../../../cli/act.ts'

/** Machines that answer at all do so within it. */
const ANSWER_MS = 15_000

/** The open offers, once each machine has answered or had its time to. */
export const answeredOffers = (api: Api): Promise<Offer[]> =>
  until(
    'the machines',
    async () => {
      const offers = await api.market.offers({})
      return offers.every(({ hardware }) => hardware.state !== 'asking') && offers
    },
    ANSWER_MS,
  ).catch(() => api.market.offers({}))

const words = {
  asking: 'hardware: being asked',
  untold: 'hardware: not told',
  silent: 'hardware: the machine does not answer',
  refused: 'hardware: its answer does not match what it registered',
} as const

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

/** What a machine on offer says that it is, or why that is not known. */
export function hardwareInWords(hardware: OfferedHardware): string {
  if (hardware.state !== 'told') return words[hardware.state]
  const { score, document } = hardware
  const { report, isolation } = document
  return [
    `${report.processor ?? 'unknown processor'}, ${report.physicalCores ?? report.logicalCores} cores, ${gigabytes(report.memoryBytes)}`,
    ...report.graphics.map(
      ({ name, memoryBytes }) => name + (memoryBytes === null ? '' : `, ${gigabytes(memoryBytes)}`),
    ),
    score ? `own score ${score.points.toFixed(0)}` : 'no score told',
    isolation === 'sandbox' ? 'sandbox' : 'no sandbox',
  ].join('; ')
}
