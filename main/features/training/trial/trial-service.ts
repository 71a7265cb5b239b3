import { randomInt, randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sampling, Written } from '../../../../common/children/llm.ts'
import type { trainerContract } from '../../../../common/children/trainer.ts'
import type { ChatModel } from '../../../../common/model/chat-model.ts'
import type { TrialPrompt } from '../../../../common/model/trial.ts'
import type { ConfigStore } from '../../../core/config.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import type { DataPaths } from '../../../core/paths.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import type { ModelService } from '../../avatar/models/index.ts'
import type { TrainingService } from '../runs/index.ts'
import type { TrialEngine } from './trial-engine.ts'
import type { TrialModelFiles } from './trial-models.ts'

export type Side = 'before' | 'after'
interface Asked {
  readonly prompt: TrialPrompt
  readonly maxTokens: number
  readonly temperature: number
}

interface Ports {
  readonly training: TrainingService
  readonly files: TrialModelFiles
  readonly engine: TrialEngine
  readonly trainer: SupervisedProcess<typeof trainerContract>
  readonly models: ModelService
  readonly config: ConfigStore
  readonly paths: Pick<DataPaths, 'trials'>
  readonly log: Log
}

/** Finished runs, tried by their owner: the same prompt to the base and to what it became. */
export class TrialService implements Service {
  readonly name = 'trial'
  readonly #ports: Ports
  readonly #files: TrialModelFiles
  readonly #engine: TrialEngine

  constructor(ports: Ports) {
    this.#ports = ports
    this.#files = ports.files
    this.#engine = ports.engine
    const { runs } = ports.training
    // A run's steps are news too, several a second.
    runs.events.on('changed', (id) => {
      if (!runs.get(id)) void this.#sweep(false)
    })
  }

  start(): Promise<void> {
    return this.#sweep(true)
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }

  /** Of the files that a run learnt from; none where they were deleted or cannot be read any more. */
  async prompts(run: string): Promise<TrialPrompt[]> {
    const { files } = this.#ports.training.runs.known(run).request
    try {
      return await this.#ports.trainer.client.prompts({ files: [...files] })
    } catch (error) {
      this.#ports.log.info('the data of a run cannot be read any more', { run, error })
      return []
    }
  }

  /** Each side in a process of its own, so that no conversation waits for it, and its memory is given back at once. */
  async *ask(
    run: string,
    asked: Asked,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<{ side: Side; text: string }, Record<Side, Written>> {
    const models = await this.#files.of(run)
    const base = await this.#engine.optionsFor(models, asked.prompt)
    const after = {
      ...base,
      model: models.folded ?? models.base,
      modelHash: models.folded === null ? models.hash : run,
      adapter: models.adapter === null ? null : { file: models.adapter, hash: run, scale: 1 },
    }
    const sampling: Sampling = {
      maxTokens: asked.maxTokens,
      temperature: asked.temperature,
      topP: this.#ports.config.get().avatar.topP,
      seed: randomInt(2 ** 31),
      stop: [],
    }
    return {
      before: yield* this.#one('before', base, asked.prompt, sampling, signal),
      after: yield* this.#one('after', after, asked.prompt, sampling, signal),
    }
  }

  /** Folds the adapter into its base, and takes what comes of it into the models of conversations. */
  async keep(run: string, name: string): Promise<ChatModel> {
    const { models, paths } = this.#ports
    const out = join(paths.trials, `${run}.${randomUUID()}.part`)
    try {
      await this.#files.fold(run, out)
      return await models.take(out, name)
    } finally {
      await rm(out, { force: true })
    }
  }

  async *#one(
    side: Side,
    ...asked: Parameters<TrialEngine['say']>
  ): AsyncGenerator<{ side: Side; text: string }, Written> {
    const stream = this.#engine.say(...asked)
    let step = await stream.next()
    for (; !step.done; step = await stream.next()) yield { side, text: step.value.text }
    return step.value
  }

  #sweep(halves: boolean): Promise<void> {
    return this.#files
      .sweep(halves)
      .catch((error: unknown) => this.#ports.log.warn('trials cannot be swept', { error }))
  }
}
