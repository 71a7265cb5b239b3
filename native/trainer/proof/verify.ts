import type { SegmentVerdict, Verdict } from '../../../common/children/trainer.ts'
import type { PreparedData } from '../data/prepared-file.ts'
import { createExecutor } from '../executor/create.ts'
import type { ExecutorOptions, Plan } from '../executor/executor.ts'
import { SteppedExecutor } from '../executor/stepped.ts'
import { verifyPath } from '../merkle.ts'
import { hashCheckpoint, type Checkpoint } from '../run/checkpoint.ts'
import type { LoadedModel } from '../run/engine-model.ts'
import { evaluate, startOf, StepRunner } from '../run/train.ts'
import type { Bundle } from './bundle.ts'
import { sampleSegments } from './commitment.ts'
import { segmentDistance } from './distance.ts'

/** Relative difference of a reported loss that rounding explains on another kind of processor. */
const LOSS_TOLERANCE = 1e-4

export interface VerifyOptions extends Omit<ExecutorOptions, 'model' | 'weights'> {
  readonly bundle: Bundle
  readonly data: PreparedData
  readonly loaded: LoadedModel
  readonly plan: Plan
}

class Failure extends Error {
  readonly check: string

  constructor(check: string, why: string) {
    super(why)
    this.check = check
  }
}

/**
 * Checks a proof of training: the sample follows from the beacon, every checkpoint stands in the commitment, the run
 * began where the recipe says, each sampled segment ends where it was committed to end, and the losses are the reported
 * ones. All must pass. On a processor of the same kind a segment ends in the same bits; on another it may be off by the
 * recipe's tolerance, which lies between what honest machines differ by and what the mildest cheat does.
 */
export async function verifyBundle(options: VerifyOptions): Promise<Verdict> {
  const { bundle: { header, checkpoints }, data, loaded, plan } = options
  const { recipe, commitment, log } = header
  const segments: SegmentVerdict[] = []
  let [stepsAgain, heldOutLoss] = [0, null as number | null]
  const verdict = (failure: Verdict['failure']): Verdict => ({ passed: failure === null, failure, segments, heldOutLoss, stepsAgain, share: stepsAgain / Math.max(1, commitment.step) })
  const executorOptions: ExecutorOptions = { ...options, ...loaded }
  const executor = await createExecutor(executorOptions, plan)
  const evaluator = executor instanceof SteppedExecutor ? executor : new SteppedExecutor(executorOptions, 'recompute')
  try {
    const sampled = checkForm(options)
    const runner = new StepRunner(recipe, data, loaded, executor)
    for (const index of sampled) {
      const [from, to] = [checkpoints.get(index)!, checkpoints.get(index + 1)!]
      let state: Checkpoint = { ...from, parameters: from.parameters.slice(), first: from.first.slice(), second: from.second.slice() }
      while (state.step < to.step) {
        const { next, loss } = await runner.step(state)
        state = next
        stepsAgain++
        checkLoss(log, state.step, loss)
      }
      const distance = segmentDistance(state, to, from)
      const exact = hashCheckpoint(state).equals(hashCheckpoint(to))
      const passed = exact || distance <= recipe.proof.tolerance
      segments.push({ index, passed, exact, distance })
      if (!passed) throw new Failure('segment', `segment ${index} (steps ${from.step + 1} to ${to.step}) ends ${distance.toExponential(2)} away from where the trainer says`)
    }
    heldOutLoss = await evaluate(evaluator, checkpoints.get(commitment.checkpoints - 1)!.parameters, recipe, data, loaded.model.architecture.classifier.pool)
    const claimed = log.findLast((entry) => entry.kind === 'evaluation')
    if (heldOutLoss !== null && claimed && differs(claimed.heldOutLoss, heldOutLoss)) throw new Failure('held-out loss', `the adapter’s held-out loss is ${heldOutLoss}, reported was ${claimed.heldOutLoss}`)
    return verdict(null)
  } catch (error) {
    if (error instanceof Failure) return verdict({ check: error.check, why: error.message })
    throw error
  } finally {
    await executor.release()
    if (evaluator !== executor) await evaluator.release()
  }
}

const differs = (claimed: number, found: number): boolean => !(Math.abs(claimed - found) <= LOSS_TOLERANCE * Math.abs(found))

function checkLoss(log: Bundle['header']['log'], step: number, loss: number): void {
  const claimed = log.find((entry) => entry.kind === 'step' && entry.step === step)
  if (claimed?.kind !== 'step' || differs(claimed.loss, loss)) throw new Failure('loss', `step ${step} has the loss ${loss}, reported was ${claimed?.kind === 'step' ? claimed.loss : 'none'}`)
}

/** Everything that needs no training: the sample, the places in the tree, the steps, the beginning. */
function checkForm({ bundle: { header, checkpoints }, loaded }: VerifyOptions): number[] {
  const { recipe, commitment, beacon } = header
  const { root, checkpoints: count } = commitment
  const early = commitment.step < recipe.steps
  if (commitment.step !== (count - 1) * recipe.checkpointEvery || commitment.step > recipe.steps || (early && recipe.patience === null)) throw new Failure('steps', `${commitment.step} of ${recipe.steps} steps are committed in ${count} checkpoints`)
  const sampled = sampleSegments(root, beacon, count - 1, recipe.proof.segments)
  for (const index of new Set([...sampled, ...sampled.map((segment) => segment + 1), count - 1])) {
    const place = header.checkpoints.find((item) => item.index === index)
    const checkpoint = checkpoints.get(index)
    if (!place || !checkpoint) throw new Failure('withheld', `checkpoint ${index} was sampled and is not in the proof`)
    if (checkpoint.parameters.length !== loaded.model.layout.total) throw new Failure('commitment', `checkpoint ${index} has ${checkpoint.parameters.length} parameters; the recipe trains ${loaded.model.layout.total}`)
    if (!verifyPath(root, hashCheckpoint(checkpoint), index, count, place.path)) throw new Failure('commitment', `checkpoint ${index} is not the one that was committed`)
    if (checkpoint.step !== index * recipe.checkpointEvery) throw new Failure('steps', `checkpoint ${index} is of step ${checkpoint.step}`)
  }
  if (!verifyPath(root, hashCheckpoint(startOf(recipe, loaded)), 0, count, header.start)) throw new Failure('start', 'the run did not begin at the recipe’s starting point')
  return sampled
}
