import { AbiCoder, keccak256 } from 'ethers'
import type { Recomputed } from '../../../../common/api/explorer.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { trainingWorkHash, type JobRow } from '../../../../common/model/training-job.ts'
import { sampleSegments } from '../../../core/sample-segments.ts'
import { compared, type ChainEvidence } from '../../chain/index.ts'
import { verdictOn, type TrainingCustomerJob, type TrainingCustomerJobs } from './customer-job.ts'
import type { JobRepository } from './job-repository.ts'
import type { MilestoneCheck } from './milestone-check.ts'

interface Ports {
  readonly evidence: ChainEvidence
  readonly reads: Pick<JobRepository, 'job' | 'commitments'>
  /** Jobs that were asked for here. */
  readonly hired: Pick<TrainingCustomerJobs, 'get' | 'list'>
  readonly check: Pick<MilestoneCheck, 'verifyAgain'>
}
interface Sampled {
  readonly milestone: number
  readonly beaconBlock: number
  readonly beacon: string
}

const abi = AbiCoder.defaultAbiCoder()

/** A milestone's beacon, as `Training.sample` computes it. */
const beaconOf = (hash: string, job: number): string => keccak256(abi.encode(['bytes32', 'uint256'], [hash, job]))

/** Computes anew what a job's samples are drawn by, which segments they are, and what was paid. */
export const jobCheck =
  ({ evidence, reads, hired }: Ports) =>
  async (id: number): Promise<Recomputed[]> => {
    const row = reads.job(id)
    if (!row) throw new HearthError('NOT_FOUND', `the index has no job ${id}`)
    const own = hired.get(id)
    const draws: Recomputed[] = []
    for (const sample of sampledOf(evidence, row)) {
      const of = partOf(sample.milestone)
      const { hash, row: block } = await evidence.drawBlock(sample.beaconBlock, of)
      const drawn = compared('beacon', hash && beaconOf(hash, id), sample.beacon, { of, why: 'block' })
      draws.push(block, drawn, ...sampleRow(sample, reads.commitments(id), own))
    }
    const inCoins = { means: 'coins' } as const
    const paid = evidence
      .events('training', ['MilestonePaid'], id)
      .reduce((sum, { args }) => sum + BigInt(args.paid!), 0n)
    return [
      compared('work', own && trainingWorkHash(own.payload.work), row.work, { why: 'bytes' }),
      ...draws,
      compared('paid', String(row.price * BigInt(row.done)), String(paid), inCoins),
      ...(isClosed(row)
        ? [compared('refunded', String(row.price * BigInt(row.milestones - row.done)), String(row.refunded), inCoins)]
        : []),
    ]
  }

const partOf = (milestone: number) => ({ part: 'milestone', number: milestone }) as const

const isClosed = ({ state }: JobRow): boolean => state === 'passed' || state === 'slashed' || state === 'ended'

/** Every sample of a job with the block that drew it. The last one is as the index shows it. */
function sampledOf(evidence: ChainEvidence, { id, beacon }: JobRow): Sampled[] {
  const samples: Sampled[] = []
  let beaconBlock = 0
  for (const { name, args } of evidence.events('training', ['JobCommitted', 'JobSampled'], id)) {
    if (name === 'JobCommitted') beaconBlock = Number(args.beaconBlock)
    else samples.push({ milestone: samples.length + 1, beaconBlock, beacon: args.beacon! })
  }
  const last = samples.pop()
  return last ? [...samples, { ...last, beacon: beacon ?? last.beacon }] : []
}

/** The segments that a beacon draws, beside those that were executed here; not of a proof that failed before all were. */
function sampleRow(
  { milestone, beacon }: Sampled,
  commitments: ReturnType<JobRepository['commitments']>,
  own: TrainingCustomerJob | null,
): Recomputed[] {
  const [current, previous] = [commitments[milestone - 1], commitments[milestone - 2]]
  const verdict = own && verdictOn(own, milestone - 1)
  if (verdict?.passed === false) return []
  const drawn =
    own && current
      ? sampleSegments(
          current.root.slice(2),
          beacon,
          [previous ? previous.checkpoints - 1 : 0, current.checkpoints - 1],
          own.payload.work.recipe.proof.segments,
        )
      : null
  const listed = (numbers: readonly number[]): string => numbers.map((number) => number + 1).join(', ')
  const executed = verdict?.segments.map(({ index }) => index).toSorted((a, b) => a - b)
  const more = { of: partOf(milestone), means: 'text', why: 'bytes' } as const
  return [compared('sample', drawn && listed(drawn), executed ? listed(executed) : null, more)]
}

/** Executes the last proof that lies here again. */
export const proofCheck =
  ({ evidence, reads, hired, check }: Ports) =>
  async (id: number): Promise<Recomputed[]> => {
    const row = reads.job(id)
    if (!row) throw new HearthError('NOT_FOUND', `the index has no job ${id}`)
    const own = hired.get(id)
    const milestone = sampledOf(evidence, row).length
    const flag = { of: partOf(milestone), means: 'flag' } as const
    const kept = own && verdictOn(own, milestone - 1)
    const unknown = (why: 'bytes' | 'busy'): Recomputed[] => [compared('proof', null, null, { ...flag, why })]
    if (!kept || isReplaced(own, hired)) return unknown('bytes')
    if (own.state === 'checking') return unknown('busy')
    const commitments = reads.commitments(id).slice(0, milestone)
    const verdict = await check.verifyAgain(own.payload, { ...row, done: milestone - 1 }, commitments)
    if (!verdict) return unknown('bytes')
    return [
      compared('proof', String(verdict.passed), String(kept.passed), flag),
      ...verdict.segments.map(({ index, exact }) =>
        compared('segment', String(exact), String(kept.segments.find((each) => each.index === index)?.exact ?? false), {
          of: { part: 'segment', number: index + 1 },
          means: 'flag',
        }),
      ),
    ]
  }

/** Whether a later job of the same run has left its own proof in the run's folder. */
const isReplaced = ({ subjectId, payload: { run } }: TrainingCustomerJob, hired: Ports['hired']): boolean =>
  hired
    .list()
    .some(
      ({ subjectId: other, payload }) =>
        other > subjectId && payload.run === run && (payload.shown !== null || payload.verdicts.length > 0),
    )
