import { recipeHash } from '../../../common/model/recipe.ts'
import type { Expectation, SegmentVerdict, Verdict } from '../../../common/children/trainer.ts'
import type { PreparedData } from '../data/prepared-file.ts'
import { createExecutor } from '../executor/create.ts'
import type { ExecutorOptions, Plan } from '../executor/executor.ts'
import { SteppedExecutor } from '../executor/stepped.ts'
import { verifyPath } from '../../../main/core/merkle.ts'
import { hashCheckpoint, type Checkpoint } from '../run/checkpoint.ts'
import type { LoadedModel } from '../run/engine-model.ts'
import { evaluate, exhausted, startOf, StepRunner } from '../run/train.ts'
import type { Bundle } from './bundle.ts'
import { sampleSegments } from '../../../main/core/sample-segments.ts'
import { segmentDistance } from './distance.ts'

/** Relative difference of a loss that rounding explains on another kind of processor. */
const LOSS_TOLERANCE = 1e-4

export interface VerifyOptions extends Omit<ExecutorOptions, 'model' | 'weights'> {
  readonly bundle: Bundle
  readonly data: PreparedData
  readonly loaded: LoadedModel
  readonly plan: Plan
  /** The order's and the chain's facts; without them the bundle is checked only against itself. */
  readonly expected: Expectation | null
}

class Failure extends Error {
  readonly check: string

  constructor(check: string, why: string) {
    super(why)
    this.check = check
  }
}

/**
 * Checks a proof of training: it is the requested one, the sample follows from the beacon, every checkpoint is in the
 * commitment, the run began at the recipe's starting point or at the last milestone, each sampled segment ends at its
 * committed checkpoint, and the losses are the reported ones. All must pass. On a processor of the same kind a segment
 * ends in the same bits; on another it may differ by the recipe's tolerance, which lies between the differences of
 * honest machines and those of the mildest cheat.
 */
export async function verifyBundle(options: VerifyOptions): Promise<Verdict> {
  const {
    bundle: { header, checkpoints },
    data,
    loaded,
    plan,
  } = options
  const { recipe, commitment, log } = header
  const claims = options.expected?.claims ?? true
  const segments: SegmentVerdict[] = []
  let [stepsAgain, heldOutLoss] = [0, null as number | null]
  const verdict = (failure: Verdict['failure']): Verdict => ({
    passed: failure === null,
    failure,
    segments,
    heldOutLoss,
    stepsAgain,
    begins: firstStep(header) + header.from * recipe.checkpointEvery,
    step: commitment.step,
    share: stepsAgain / Math.max(1, (commitment.checkpoints - 1 - header.from) * recipe.checkpointEvery),
  })
  const executorOptions: ExecutorOptions = { ...options, ...loaded }
  const executor = await createExecutor(executorOptions, plan)
  const evaluator = executor instanceof SteppedExecutor ? executor : new SteppedExecutor(executorOptions, 'recompute')
  try {
    const sampled = checkForm(options)
    const runner = new StepRunner(recipe, data, loaded, executor)
    for (const index of sampled) {
      const [from, to] = [checkpoints.get(index)!, checkpoints.get(index + 1)!]
      let state: Checkpoint = {
        ...from,
        parameters: from.parameters.slice(),
        first: from.first.slice(),
        second: from.second.slice(),
      }
      while (state.step < to.step) {
        const { next, loss } = await runner.step(state)
        state = next
        stepsAgain++
        if (claims) checkLoss(log, state.step, loss)
      }
      const distance = segmentDistance(state, to, from)
      const exact = hashCheckpoint(state).equals(hashCheckpoint(to))
      const passed = exact || distance <= recipe.proof.tolerance
      segments.push({ index, passed, exact, distance })
      if (!passed)
        throw new Failure(
          'segment',
          `segment ${index} (steps ${from.step + 1} to ${to.step}) ends ${distance.toExponential(2)} ` +
            'away from the committed checkpoint',
        )
    }
    for (const index of new Set([...sampled.map((segment) => segment + 1), commitment.checkpoints - 1])) {
      const { step, parameters } = checkpoints.get(index)!
      const claimed = claims ? log.find((entry) => entry.kind === 'evaluation' && entry.step === step) : undefined
      if (index < commitment.checkpoints - 1 && !claimed) continue
      heldOutLoss = await evaluate(evaluator, parameters, recipe, data, loaded.model.architecture.classifier.pool)
      if (heldOutLoss !== null && claimed?.kind === 'evaluation' && differs(claimed.heldOutLoss, heldOutLoss))
        throw new Failure(
          'held-out loss',
          `the held-out loss after step ${step} must be ${heldOutLoss}, reported was ${claimed.heldOutLoss}`,
        )
    }
    return verdict(null)
  } catch (error) {
    if (error instanceof Failure) return verdict({ check: error.check, why: error.message })
    throw error
  } finally {
    await executor.release()
    if (evaluator !== executor) await evaluator.release()
  }
}

const differs = (claimed: number, found: number): boolean =>
  !(Math.abs(claimed - found) <= LOSS_TOLERANCE * Math.abs(found))

function checkLoss(log: Bundle['header']['log'], step: number, loss: number): void {
  const claimed = log.find((entry) => entry.kind === 'step' && entry.step === step)
  if (claimed?.kind !== 'step' || differs(claimed.loss, loss))
    throw new Failure(
      'loss',
      `the loss of step ${step} must be ${loss}, reported was ${claimed?.kind === 'step' ? claimed.loss : 'none'}`,
    )
}

/** The step of checkpoint 0: 0, or the step that an order continues from. */
const firstStep = ({ commitment, recipe }: Bundle['header']): number =>
  commitment.step - (commitment.checkpoints - 1) * recipe.checkpointEvery

/**
 * Refuses a bundle other than the one that the chain and the order describe. What only the header says proves nothing
 * against the trainer: whoever hands the bundle over may have written it.
 */
function checkExpected({ bundle: { header } }: VerifyOptions, expected: Expectation): void {
  const { commitment, recipe, beacon, from } = header
  if (recipeHash(recipe) !== expected.recipe) throw new Failure('recipe', 'the proof is for another recipe')
  if (commitment.root !== expected.root || commitment.checkpoints !== expected.checkpoints)
    throw new Failure('commitment', 'the proof is for another commitment than the one on the chain')
  if (beacon !== expected.beacon) throw new Failure('beacon', 'the proof is for another beacon than the chain’s')
  if (from !== expected.from)
    throw new Failure('commitment', `the proof begins at checkpoint ${from}, not at ${expected.from}`)
  const begins = expected.start?.step ?? 0
  const reached = begins + (expected.checkpoints - 1) * recipe.checkpointEvery
  if (reached !== expected.until)
    throw new Failure('steps', `${expected.checkpoints} checkpoints reach step ${reached}, not ${expected.until}`)
  if (firstStep(header) !== begins)
    throw new Failure('commitment', `the proof says that it begins at step ${firstStep(header)}, not at ${begins}`)
}

/** Without an order: the steps that a run of its own should have. */
function checkOwnSteps({ commitment, recipe, from, log }: Bundle['header']): void {
  const first = commitment.step - (commitment.checkpoints - 1) * recipe.checkpointEvery
  const until = from > 0 ? commitment.step : recipe.steps
  if (
    first < 0 ||
    first % recipe.checkpointEvery !== 0 ||
    from >= commitment.checkpoints ||
    commitment.step > until ||
    (commitment.step < until && !exhausted(log, recipe))
  )
    throw new Failure(
      'steps',
      `${commitment.step} of ${until} steps are committed in ${commitment.checkpoints} checkpoints`,
    )
}

/** All checks without training: the sample, the places in the tree, the steps, the beginning. */
function checkForm(options: VerifyOptions): number[] {
  const {
    bundle: { header, checkpoints },
    loaded,
    expected,
  } = options
  const { recipe, commitment, beacon, from } = header
  const { root, checkpoints: count } = commitment
  if (expected) checkExpected(options, expected)
  else checkOwnSteps(header)
  const first = firstStep(header)
  const sampled = sampleSegments(root, beacon, [from, count - 1], recipe.proof.segments)
  for (const index of new Set([...sampled, ...sampled.map((segment) => segment + 1), count - 1])) {
    const place = header.checkpoints.find((item) => item.index === index)
    const checkpoint = checkpoints.get(index)
    if (!place || !checkpoint)
      throw new Failure('withheld', `checkpoint ${index} was sampled but is missing from the proof`)
    if (!verifyPath(root, hashCheckpoint(checkpoint), index, count, place.path))
      throw new Failure('commitment', `checkpoint ${index} is not the one that was committed`)
    if (checkpoint.parameters.length !== loaded.model.layout.total)
      throw new Failure(
        'checkpoint',
        `checkpoint ${index} must have ${loaded.model.layout.total} parameters, got ${checkpoint.parameters.length}`,
      )
    if (checkpoint.step !== first + index * recipe.checkpointEvery)
      throw new Failure('checkpoint', `checkpoint ${index} is of step ${checkpoint.step}`)
  }
  checkStart(options, first)
  return sampled
}

/** A run begins at its recipe's starting point or the last commitment's end; without an order, excerpts are trusted. */
function checkStart({ bundle: { header }, loaded, expected }: VerifyOptions, first: number): void {
  const {
    recipe,
    commitment: { root, checkpoints: count },
    from,
    begin,
  } = header
  const hash = Buffer.from(begin.hash, 'hex')
  if (!verifyPath(root, hash, from, count, begin.path))
    throw new Failure('commitment', `checkpoint ${from} is not the one that was committed`)
  if (from > 0) {
    // The path may have been spoilt by who shows it; a trainer whose work does not go on has no path that fits.
    if (expected && !verifyPath(expected.previous ?? '', hash, from, from + 1, begin.previous))
      throw new Failure('commitment', 'the proof does not show that the work continues from the last commitment')
  } else if (expected?.start) {
    if (begin.hash !== expected.start.hash)
      throw new Failure('start', 'the work does not continue from the order’s checkpoint')
  } else if (first === 0 && !hash.equals(hashCheckpoint(startOf(recipe, loaded))))
    throw new Failure('start', 'the run does not begin at the recipe’s starting point')
}
