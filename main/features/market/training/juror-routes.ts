import type * as z from 'zod'
import { HearthError } from '../../../../common/errors/index.ts'
import { trainingWorkHash, type JobRow } from '../../../../common/model/training-job.ts'
import type { FileTicket } from '../../file-transfer/index.ts'
import type { Answers, PartyService } from '../../peers/index.ts'
import type { JobSubject, JuryMessages } from './job-messages.ts'
import type { JobRepository } from './job-repository.ts'
import type { JuryJob, JuryJobs, TrainingJurorWorkflow } from './juror-workflow.ts'

interface Ports {
  readonly jobs: JuryJobs
  readonly reads: JobRepository
  readonly juror: TrainingJurorWorkflow
  readonly baseOf: (hash: string) => Promise<string | null>
}
interface Party {
  readonly row: JobRow
  readonly job: JuryJob
  readonly wallet: string
}

/** What a juror answers the two parties of a dispute: either may show its case. */
export class JurorAnswers implements PartyService<JobSubject, JuryMessages, Party> {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  readonly party = ({ job: id }: JobSubject, wallet: string): Party => {
    const row = this.#ports.reads.job(id)
    const job = row?.dispute == null ? null : this.#ports.jobs.get(row.dispute)
    if (!row || !job) throw new HearthError('NOT_FOUND', 'this machine has not been drawn as juror of this job')
    if (row.customer !== wallet && row.provider !== wallet)
      throw new HearthError('NOT_A_PARTY', 'this job is not yours')
    return { row, job, wallet }
  }

  readonly answers: Answers<JuryMessages, Party> = {
    show: async ({ message, party }) => ({ message: { wanted: await this.#show(party, message) } }),
  }

  /** Either party brings what was announced with a case. */
  ticket(id: number, wallet: string): FileTicket {
    const { job } = this.party({ job: id }, wallet)
    return {
      brings: job.payload.cases.flatMap(({ data, proof }) => [data, proof]),
      takes: [],
      open: true,
      onWhole: async () => {
        const current = this.#ports.jobs.get(job.subjectId)
        if (current) await this.#ports.juror.beginIfComplete(current)
      },
    }
  }

  async #show(
    { row, job, wallet: party }: Party,
    { work, data, proof }: z.output<JuryMessages['show']['request']>,
  ): Promise<boolean> {
    if (trainingWorkHash(work) !== row.work)
      throw new HearthError('WORK_MISMATCH', 'this work is not the one that the job names')
    if (!this.#ports.juror.isWanted(job, party)) return false
    const base = await this.#ports.baseOf(work.recipe.base.hash)
    if (!base) {
      this.#ports.juror.unable(job, { code: 'baseMissing', args: { base: work.recipe.base.name } })
      return false
    }
    this.#ports.jobs.amend(job, {
      cases: [...job.payload.cases.filter((shown) => shown.party !== party), { party, work, base, data, proof }],
    })
    return true
  }
}
