import type { ContractRouterClient } from '@orpc/contract'
import type { curationContract } from '../../../common/children/curation.ts'
import { Emitter } from '../../core/events.ts'
import type { SandboxPolicy } from '../../core/processes/sandbox.ts'
import type { SupervisedProcess } from '../../core/processes/supervised.ts'
import type { JobContext } from '../../core/job-runner/index.ts'
import { drain } from '../../core/streams.ts'

export interface CurationTask {
  readonly name: string
  readonly step: 'importing' | 'collecting' | 'reading' | 'cleaning' | 'writing'
  readonly items: number
}
type Curation = ContractRouterClient<typeof curationContract>

/** Work of the curation process on what a person brought: one thing after the other for each, and how far it is. */
export class CurationTasks {
  readonly events = new Emitter<{ changed: null }>()
  readonly #process: SupervisedProcess<typeof curationContract>
  readonly #tasks = new Map<string, CurationTask>()
  /** The last work on each, done or not: the next waits for it. */
  readonly #last = new Map<string, Promise<unknown>>()

  constructor(process: SupervisedProcess<typeof curationContract>) {
    this.#process = process
  }

  get client(): Curation {
    return this.#process.client
  }

  stop(): Promise<void> {
    return this.#process.stop()
  }

  /** What is being worked on. */
  get all(): readonly CurationTask[] {
    return [...this.#tasks.values()]
  }

  /** One after the other for each id. */
  queue<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(id) ?? Promise.resolve()).then(work)
    // A failure is the caller's; whoever waits only waits.
    this.#last.set(
      id,
      turn.catch(() => {}),
    )
    return turn
  }

  /**
   * Does something in a process of its own, which sees no more than is named and ends with it. Reports to whoever
   * watches, and to the job that it is a part of, how far it is.
   */
  async run<T>(
    id: string,
    name: string,
    step: CurationTask['step'],
    places: SandboxPolicy,
    begin: (curation: Curation) => Promise<AsyncGenerator<{ items: number }, T>>,
    job?: Pick<JobContext<unknown>, 'signal' | 'progress'>,
  ): Promise<T> {
    const onProgress = (items: number): void => {
      this.#tasks.set(id, { name, step, items })
      job?.progress({ step, done: items, of: null, unit: 'items' })
      this.events.emit('changed', null)
    }
    onProgress(0)
    try {
      return await this.#process.apart(places, async (curation) =>
        drain(await begin(curation), ({ items }) => onProgress(items), job?.signal),
      )
    } finally {
      this.#tasks.delete(id)
      this.events.emit('changed', null)
    }
  }
}
