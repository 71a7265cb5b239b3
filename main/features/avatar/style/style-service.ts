import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { ContractRouterClient } from '@orpc/contract'
import type { memoryContract } from '../../../../common/children/memory.ts'
import type { trainerContract } from '../../../../common/children/trainer.ts'
import type { Avatar } from '../../../../common/model/chat.ts'
import type { PresetName } from '../../../../common/model/recipe-presets.ts'
import { styledLayers, type Reply, type Style, type StyleJob } from '../../../../common/model/style.ts'
import { HearthError, isErrorCode, messageOf } from '../../../../common/errors/index.ts'
import { pause, type Clock } from '../../../core/clock.ts'
import type { Db } from '../../../core/db/open.ts'
import { Emitter } from '../../../core/events.ts'
import type { JobContext, JobQueue, JobRunner } from '../../../core/job-runner/index.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import type { DataPaths } from '../../../core/paths.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { adapterFile, type ChatService } from '../chat/index.ts'
import type { TrainingService } from '../../training/runs/index.ts'
import { authorship } from './authorship.ts'
import { factsKept, likenessOf, type Answered } from './evaluate.ts'
import { gather } from './gather.ts'
import { Interview } from './interview.ts'
import { questionsOf } from './rows.ts'
import { StyleJobs, type StoredJob } from './style-jobs.ts'

/** Fewer answers than these show no way of writing. */
const FEWEST_REPLIES = 12
const MOST_REPLIES = 4000
const PAGE = 500
const OTHERS = 2000
/** A few conversations are gone over again until there were so many steps. */
const LEAST_STEPS = 120
const LOOK_AGAIN_MS = 2_000

const isGoingOn = ({ state }: StoredJob): boolean =>
  state === 'gathering' || state === 'training' || state === 'evaluating'

const Learning = z.object({ style: z.uuid() })
type Learning = z.infer<typeof Learning>

interface Ports {
  readonly runner: JobRunner
  readonly db: Db
  readonly clock: Clock
  readonly memory: SupervisedProcess<typeof memoryContract>
  readonly trainer: SupervisedProcess<typeof trainerContract>
  readonly chats: ChatService
  readonly training: TrainingService
  readonly paths: Pick<DataPaths, 'memory' | 'adapters' | 'styles'>
  readonly log: Log
}

/**
 * Learns how a person writes: from what they answered others to a LoRA of the model that their avatar speaks with. The
 * training is a run like any other, here or on the market; what was learnt is kept with the memory. A job that was cut
 * off goes on when the host starts again.
 */
export class StyleService implements Service {
  readonly name = 'style'
  readonly events = new Emitter<{ changed: null }>()
  readonly #ports: Ports
  readonly #jobs: StyleJobs
  readonly #learning: JobQueue<Learning, void>

  constructor(ports: Ports) {
    this.#ports = ports
    this.#jobs = new StyleJobs(ports.db, ports.clock)
    this.#learning = ports.runner.register({
      type: 'style',
      payload: Learning,
      recovery: 'resume',
      attempts: Infinity,
      concurrency: 1,
      pausable: false,
      keeps: () => false,
      run: (job) => this.#learn(job),
      discard: ({ style }) => this.#giveUp(style),
    })
    ports.runner.watch([this.#learning], () => this.#notify())
  }

  /** What was being learnt in a data folder from before there were jobs gets one. */
  async start(): Promise<void> {
    for (const job of this.#jobs.list()) if (isGoingOn(job) && !this.#jobOf(job.id)) await this.#begin(job)
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }

  /** Looking makes no file where nothing is remembered. */
  async styles(): Promise<Style[]> {
    return existsSync(this.#ports.paths.memory) ? this.#memory.styles(this.#at) : []
  }

  jobs(): StyleJob[] {
    return this.#jobs.list().map(({ id, avatar, state, created, run, error }) => ({
      id,
      avatar,
      state,
      created,
      run,
      error,
      done: this.#doneOf(id),
    }))
  }

  /**
   * @throws HearthError BAD_INPUT where this person answered too little, or a style is being learnt; MODEL_UNSUPPORTED
   * where the trainer does not know the model
   */
  async learn(avatarId: number, preset: PresetName): Promise<StyleJob> {
    if (this.#jobs.list().some(isGoingOn))
      throw new HearthError('BAD_INPUT', 'a style is being learnt; wait for it, or cancel it')
    const avatar = await this.#ports.chats.avatar(avatarId)
    await this.#ports.trainer.client.inspect({ base: (await this.#ports.chats.modelOf(avatar)).file })
    const replies = await this.#replies()
    if (replies.length < FEWEST_REPLIES)
      throw new HearthError(
        'BAD_INPUT',
        `there are ${replies.length} answers of yours to others, and a style wants ${FEWEST_REPLIES}: bring in ` +
          `more conversations, and say who of them is you`,
      )
    const job = this.#jobs.add(avatarId, preset)
    await this.#begin(job)
    return this.#shown(job.id)
  }

  /** What was done so far is given up. */
  async cancel(id: string): Promise<void> {
    const job = this.#jobOf(this.#known(id).id)
    if (job) await this.#ports.runner.cancel(job)
    else await this.#giveUp(id)
    this.#notify()
  }

  /** Learns once more what failed or was cancelled. */
  async again(id: string): Promise<StyleJob> {
    await this.#clear(this.#known(id))
    await this.#begin(this.#jobs.move(id, 'again', { run: null, error: null }))
    return this.#shown(id)
  }

  /** Takes an ended job off the list; what it learnt stays. */
  async forget(id: string): Promise<void> {
    const job = this.#known(id)
    if (isGoingOn(job)) throw new HearthError('BAD_INPUT', 'cancel the job first')
    await this.#clear(job)
    this.#jobs.remove(id)
    this.#notify()
  }

  /** Deletes a style, and the copy of it that an engine read. */
  async remove(id: number): Promise<void> {
    const style = (await this.styles()).find((candidate) => candidate.id === id)
    await this.#memory.removeStyle({ ...this.#at, style: id })
    if (style) await rm(adapterFile(this.#ports.paths.adapters, style.hash), { force: true })
    this.#notify()
  }

  async #begin({ id, avatar }: StoredJob): Promise<void> {
    const { name } = await this.#ports.chats.avatar(avatar).catch(() => ({ name: '' }))
    this.#learning.enqueue({ style: id }, { name })
    this.#notify()
  }

  #jobOf(style: string): string | null {
    return this.#learning.open().find(({ payload }) => payload.style === style)?.row.id ?? null
  }

  #doneOf(style: string): number | null {
    const job = this.#jobOf(style)
    return job === null ? null : (this.#learning.live(job)?.progress?.done ?? null)
  }

  /** From wherever a job stands to its end. */
  async #learn({ id: parent, payload: { style }, signal, progress }: JobContext<Learning>): Promise<void> {
    const report = (done: number): void => progress({ step: 'learning', done, of: 1, unit: 'share' })
    try {
      for (let job = this.#jobs.get(style); job && isGoingOn(job); job = this.#jobs.get(style)) {
        if (job.state === 'gathering') await this.#gather(job, signal, report)
        else if (job.state === 'evaluating') await this.#evaluate(job, signal, report)
        else if (await this.#isTrained(job, parent)) this.#jobs.move(style, 'trained')
        else await this.#runChanged(signal)
        this.#notify()
        signal.throwIfAborted()
      }
    } catch (error) {
      if (!signal.aborted) this.#fail(style, error)
      throw error
    }
  }

  /**
   * A run that is prepared begins by itself where no other goes on here; what became of it is what becomes of the job.
   */
  async #isTrained(job: StoredJob, parent: string): Promise<boolean> {
    const { training } = this.#ports
    const run = job.run === null ? null : training.runs.get(job.run)
    if (!run) throw new HearthError('NOT_FOUND', 'its training run was removed')
    if (run.state === 'failed')
      throw new HearthError(isErrorCode(run.error?.code) ? run.error.code : 'INTERNAL', run.error?.message ?? '')
    if (run.state === 'ready' && !training.busy) training.begin(run.id, parent)
    return run.state === 'finished'
  }

  /**
   * Waits for news of any run; the end of another one is no event of this one's, so it looks again by itself as well.
   */
  async #runChanged(signal: AbortSignal): Promise<void> {
    const changed = new AbortController()
    const off = this.#ports.training.runs.events.on('changed', () => changed.abort())
    await pause(LOOK_AGAIN_MS, AbortSignal.any([signal, changed.signal]))
    off()
  }

  async #giveUp(style: string): Promise<void> {
    const job = this.#jobs.get(style)
    if (!job || !isGoingOn(job)) return
    this.#jobs.move(style, 'cancelled')
    await this.#clear(job)
  }

  async #gather(
    { id, avatar: avatarId, preset }: StoredJob,
    signal: AbortSignal,
    notify: (progress: number) => void,
  ): Promise<void> {
    const { chats, training } = this.#ports
    const avatar = await chats.avatar(avatarId)
    const model = await chats.modelOf(avatar)
    const { rows, length, replies, rehearsed } = await gather(
      avatar,
      await this.#replies(),
      new Interview(chats, signal),
      notify,
    )
    const file = join(this.#folder(id), 'conversations.jsonl')
    await mkdir(this.#folder(id), { recursive: true, mode: 0o700 })
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    await writeFile(file, lines, { mode: 0o600 })
    signal.throwIfAborted()
    const run = training.add({
      name: `${avatar.name}: style`,
      base: model.file,
      files: [file],
      preset,
      method: 'lora',
      sequenceLength: length,
      classify: false,
      leastSteps: LEAST_STEPS,
      layers: styledLayers(model.facts.layers),
      // Of the same words comes the same style.
      seed: createHash('sha256').update(lines).digest('hex'),
    })
    this.#jobs.move(id, 'gathered', { run: run.id, replies, rehearsed })
  }

  async #evaluate(job: StoredJob, signal: AbortSignal, notify: (progress: number) => void): Promise<void> {
    const { chats, training, trainer } = this.#ports
    const avatar = await chats.avatar(job.avatar)
    const model = await chats.modelOf(avatar)
    const { path, base } = training.finishedAdapter(job.run!)
    if (base.hash !== (await trainer.client.inspect({ base: model.file })).hash)
      throw new HearthError('RECIPE_MISMATCH', `${avatar.name} speaks with another model by now; learn the style again`)
    const file = join(this.#folder(job.id), 'style.gguf')
    await trainer.client.convert({ base: model.file, adapter: path, out: file })
    const replies = await this.#replies()
    const answers = await this.#compare(avatar, replies, file, job.id, new Interview(chats, signal), notify)
    const { baseLoss, heldOutLoss } = training.runs.get(job.run!)!
    const figures = {
      replies: job.replies,
      rehearsed: job.rehearsed,
      lossBefore: baseLoss,
      loss: heldOutLoss,
      likeness: likenessOf(
        answers,
        authorship(
          replies.map(({ text }) => text),
          await this.#memory.othersWrote({ ...this.#at, limit: OTHERS }),
        ),
      ),
      facts: factsKept(answers),
    }
    signal.throwIfAborted()
    const style = await this.#memory.addStyle({
      ...this.#at,
      file,
      style: { name: avatar.name, model: model.name, base: model.hash, figures },
    })
    await chats.setStyle(avatar.id, style.id, 1)
    this.#jobs.move(job.id, 'evaluated')
    await this.#clear(job)
  }

  async #compare(
    avatar: Avatar,
    replies: readonly Reply[],
    file: string,
    hash: string,
    interview: Interview,
    notify: (progress: number) => void,
  ): Promise<Answered[]> {
    const { compared: questions } = questionsOf(replies)
    const [before, after]: [string[], string[]] = [[], []]
    // One after the other: the engine takes a style in and out once.
    for (const [answers, adapter] of [
      [before, null],
      [after, { file, hash, scale: 1 }],
    ] as const) {
      for (const question of questions) {
        answers.push((await interview.ask(avatar, question, adapter)).text)
        notify((before.length + after.length) / (2 * questions.length))
      }
    }
    return before.map((text, i) => ({ before: text, after: after[i]! }))
  }

  async #replies(): Promise<Reply[]> {
    const all: Reply[] = []
    for (let before: number | null = null; ;) {
      const { replies, next }: { replies: Reply[]; next: number | null } = await this.#memory.replies({
        ...this.#at,
        before,
        limit: PAGE,
      })
      all.push(...replies)
      if (next === null || all.length >= MOST_REPLIES) return all.slice(0, MOST_REPLIES)
      before = next
    }
  }

  /**
   * Deletes the run and the conversations that it learnt from: they were the means, and nothing that a person would
   * look for.
   */
  async #clear({ id, run }: StoredJob): Promise<void> {
    const { training } = this.#ports
    await rm(this.#folder(id), { recursive: true, force: true })
    const state = run === null ? undefined : training.runs.get(run)?.state
    // What a machine on the market works on is ended there.
    if (run === null || state === undefined || state === 'ordered') return
    if (state === 'running') await training.pause(run)
    await training.remove(run)
  }

  #fail(id: string, error: unknown): void {
    if (!this.#jobs.get(id)) return
    this.#ports.log.warn('a style could not be learnt', { error })
    this.#jobs.move(id, 'failed', {
      error: { code: error instanceof HearthError ? error.code : 'INTERNAL', message: messageOf(error) },
    })
    this.#notify()
  }

  #known(id: string): StoredJob {
    const job = this.#jobs.get(id)
    if (!job) throw new HearthError('NOT_FOUND', 'this is not being learnt any more')
    return job
  }

  #shown(id: string): StyleJob {
    return this.jobs().find((job) => job.id === id)!
  }

  #folder(id: string): string {
    return join(this.#ports.paths.styles, id)
  }

  #notify(): void {
    this.events.emit('changed', null)
  }

  get #memory(): ContractRouterClient<typeof memoryContract> {
    return this.#ports.memory.client
  }

  get #at(): { memory: string } {
    return { memory: this.#ports.paths.memory }
  }
}
