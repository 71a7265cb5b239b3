import { ZeroHash } from 'ethers'
import type { Recomputed } from '../../../../common/api/explorer.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { compared, type ChainEvidence } from '../../chain/index.ts'
import type { DisputeRepository } from './dispute-repository.ts'
import { drawnJury, juryEvents, seedOf } from './drawn-jury.ts'
import type { JobRepository } from './job-repository.ts'

interface Ports {
  readonly evidence: ChainEvidence
  readonly reads: Pick<DisputeRepository, 'dispute' | 'seats'>
  readonly jobs: Pick<JobRepository, 'ofDispute'>
}
interface Called {
  readonly round: number
  readonly beaconBlock: number
}

/** Draws the juries of a dispute anew, each from its block's hash and from who was enrolled before the commitment. */
export const disputeCheck =
  (ports: Ports) =>
  async (id: number): Promise<Recomputed[]> => {
    const { evidence, reads } = ports
    const dispute = reads.dispute(id)
    const [opened] = evidence.events('jury', ['CaseOpened'], id)
    if (!dispute || !opened) throw new HearthError('NOT_FOUND', `the index has no dispute ${id}`)
    const since = Number(opened.args.since)
    const called: Called[] = [opened, ...evidence.events('jury', ['CaseAppealed'], id)].map(({ args }, round) => ({
      round,
      beaconBlock: Number(args.beaconBlock),
    }))
    const rounds: Recomputed[] = []
    for (const one of called)
      rounds.push(...(await roundRows(ports, { id, since, parties: [dispute.accuser, dispute.accused], ...one })))
    return [...sinceRow(ports, id, since, opened.block), ...rounds]
  }

/** Who may judge was enrolled two blocks before the one that drew the sample, which is before the commitment. */
function sinceRow({ evidence, jobs }: Ports, id: number, since: number, opened: number): Recomputed[] {
  const job = jobs.ofDispute(id)
  const committed =
    job && evidence.events('training', ['JobCommitted'], job.id).findLast(({ block }) => block <= opened)
  return committed
    ? [compared('since', String(Number(committed.args.beaconBlock) - 2), String(since), { means: 'block' })]
    : []
}

async function roundRows(
  { evidence, reads }: Ports,
  { id, since, parties, round, beaconBlock }: Called & { id: number; since: number; parties: readonly string[] },
): Promise<Recomputed[]> {
  const of = { part: 'round', number: round + 1 } as const
  const { hash, row } = await evidence.drawBlock(beaconBlock, of)
  const answer = await evidence.read('jury', 'getRound', [id, round])
  const [kept, seated] = (answer?.toArray() ?? [null, null]) as [
    { readonly seed: string } | null,
    readonly { readonly machine: bigint }[] | null,
  ]
  const isDrawn = kept === null || kept.seed !== ZeroHash
  const seed = hash && seedOf(hash, id, round)
  const why = answer === null || hash === null ? 'block' : 'unsaid'
  const rows = [row, compared('seed', seed, isDrawn ? (kept?.seed ?? null) : null, { of, why })]
  if (!isDrawn) return rows
  const jury = seed && drawnJury(evidence.events('jury', juryEvents), { dispute: id, round, since, parties, seed })
  const asText = { of, means: 'text', why } as const
  const byNumber = (machines: readonly number[]): string => listed(machines.toSorted((a, b) => a - b))
  return [
    ...rows,
    compared('jury', jury && listed(jury), seated && listed(seated.map(({ machine }) => Number(machine))), asText),
    compared(
      'juryKept',
      jury && byNumber(jury),
      byNumber(reads.seats({ id, round }).map(({ machine }) => machine)),
      asText,
    ),
  ]
}

const listed = (machines: readonly number[]): string => machines.join(', ') || '–'
