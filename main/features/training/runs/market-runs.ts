import type { trainerContract } from '../../../../common/children/trainer.ts'
import type { Recipe } from '../../../../common/model/recipe.ts'
import type { LogEntry } from '../../../../common/model/training.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { drain } from '../../../core/streams.ts'
import { composeRecipe } from './compose-recipe.ts'
import type { RunFiles } from './run-files.ts'
import type { RunJobs } from './run-jobs.ts'
import type { RunStore } from './run-store.ts'

interface Ports {
  readonly runs: RunStore
  readonly files: RunFiles
  readonly jobs: RunJobs
  readonly trainer: SupervisedProcess<typeof trainerContract>
  readonly threads: () => number
}

/** Runs that machines on the market do: handed over, shown while they go on there, and taken back. */
export class MarketRuns {
  readonly #ports: Ports
  /** Tokens a second, as those machines say. */
  readonly #speeds = new Map<string, number>()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Tokens a second; 0 where nobody said. */
  speedOf(id: string): number {
    return this.#speeds.get(id) ?? 0
  }

  /**
   * What a machine on the market would be asked to do. A run that has not begun gets as many checkpoints as a proof
   * wants.
   * @throws HearthError BAD_INPUT where it runs here or is done
   */
  async forMarket(id: string): Promise<{ recipe: Recipe; step: number }> {
    const run = this.#ports.runs.known(id)
    if ((run.state !== 'ready' && run.state !== 'paused') || !run.recipe || !run.report || !run.estimate)
      throw new HearthError('BAD_INPUT', 'only a run that is ready or paused can go to the market')
    if (run.state === 'paused')
      return {
        recipe: run.recipe,
        step: (await this.#ports.trainer.client.commitment({ folder: this.#ports.files.folder(id) })).step,
      }
    const { estimate, report } = run
    const recipe = await composeRecipe(this.#ports, run, report, run.recipe.batch.seed, 'market')
    const checkpoints = recipe.steps / recipe.checkpointEvery + 1
    this.#ports.runs.note(id, {
      recipe,
      estimate: {
        ...estimate,
        seconds: estimate.secondsPerStep * recipe.steps,
        joules: estimate.joules === null ? null : (estimate.joules * recipe.steps) / run.recipe.steps,
        diskBytes: estimate.checkpointBytes * checkpoints,
      },
    })
    return { recipe, step: 0 }
  }

  /** Hands a run over to the market. False where it cannot be any more. */
  hire(id: string): boolean {
    const run = this.#ports.runs.get(id)
    if (run?.state === 'ordered') return true
    if (run?.state !== 'ready' && run?.state !== 'paused') return false
    this.#ports.runs.move(id, 'ordered', { error: null })
    void this.#ports.jobs.drop(id)
    return true
  }

  /** News of a run that a machine on the market does; its curve and figures are shown as those of a run here. */
  async hear(id: string, entries: readonly LogEntry[], tokensPerSecond: number): Promise<void> {
    if (!this.#ports.runs.get(id)) return
    this.#speeds.set(id, tokensPerSecond)
    if (entries.length === 0) return
    await this.#ports.files.appendLog(id, entries)
    for (const entry of entries) this.#ports.runs.noteEvaluation(id, entry)
    const last = entries.findLast((entry) => entry.kind === 'step')
    if (last) this.#ports.runs.note(id, { step: last.step, loss: last.loss })
  }

  /**
   * The run came back unfinished; it goes on from the last step that is proven, and what lies behind it is forgotten.
   */
  async giveBack(id: string, step: number): Promise<void> {
    this.#speeds.delete(id)
    if (this.#ports.runs.get(id)?.state !== 'ordered') return
    const proven = (await this.#ports.files.log(id)).filter((entry) => entry.step <= step && step > 0)
    await this.#ports.files.writeLog(id, proven)
    const losses = proven.flatMap((entry) => (entry.kind === 'evaluation' ? [entry.heldOutLoss] : []))
    this.#ports.runs.move(id, step === 0 ? 'untouched' : 'returned', {
      step,
      loss: proven.findLast((entry) => entry.kind === 'step')?.loss ?? null,
      baseLoss: losses[0] ?? null,
      heldOutLoss: losses.at(-1) ?? null,
    })
  }

  /** The last checkpoint of a run that a machine on the market did lies in its folder: writes the adapter from it. */
  async importResult(id: string): Promise<void> {
    this.#speeds.delete(id)
    const run = this.#ports.runs.get(id)
    if (run?.state !== 'ordered') return
    const result = await drain(
      await this.#ports.trainer.client.train({
        folder: this.#ports.files.folder(id),
        base: run.request.base,
        spin: false,
        plan: null,
        until: null,
      }),
    )
    this.#ports.runs.move(id, 'finished', {
      step: result.step,
      baseLoss: result.baseLoss,
      heldOutLoss: result.heldOutLoss,
    })
  }
}
