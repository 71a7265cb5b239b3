import type { exactInferenceContract } from '../../../../common/children/exact-inference.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { ConfigStore } from '../../../core/config.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'

/** Exact integer inference in the engine process, on the backend that the owner chose and that has proven exact. */
export class ExactInferenceEngine {
  readonly #process: SupervisedProcess<typeof exactInferenceContract>
  readonly #config: ConfigStore
  readonly #threads: () => number

  constructor(ports: {
    process: SupervisedProcess<typeof exactInferenceContract>
    config: ConfigStore
    threads: () => number
  }) {
    this.#process = ports.process
    this.#config = ports.config
    this.#threads = ports.threads
  }

  get broken(): string | null {
    return this.#process.broken
  }

  async *run(folder: string, signal: AbortSignal): AsyncGenerator<{ rowsDone: number; operationsPerSecond: number }> {
    const { backend } = this.#config.get().earn
    const threads = this.#threads()
    // A new process may find another driver, so each proves itself; and each sees its own order alone.
    yield* this.#process.apartly({ write: [folder], read: [] }, async (engine) => {
      const { exact, message } = await engine.knownAnswer({ backend, threads }, { signal })
      if (!exact)
        throw new HearthError(
          'BACKEND_WRONG',
          `this machine’s ${backend} backend is not exact: ${message ?? 'unknown'}`,
          { backend },
        )
      return engine.run({ folder, backend, threads }, { signal })
    })
  }
}
