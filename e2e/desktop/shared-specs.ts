import { expect, test } from 'vitest'
import type { Page } from 'playwright'
import type { Api } from '../../common/api/index.ts'

const PATIENCE = { timeout: 30_000 }
const ANSWER = { timeout: 120_000 }
const PASSPHRASE = 'correct horse battery'

/** The app in whatever shell it runs. */
export interface RunningApp extends AsyncDisposable {
  readonly page: Page
  readonly dataDir: string
  /** What the window complained of. */
  readonly problems: readonly string[]
  /** A line to its host, as the command line has it. */
  api(): Promise<Api>
  /** Ends it in order; its data folder stays. */
  end(): Promise<void>
}
/** @param dataDir of an app that ended; a new one without */
export type OpenApp = (dataDir?: string) => Promise<RunningApp>

const begin = ({ page }: RunningApp) => page.getByRole('button', { name: 'Begin' })

/** What is true of the app in each of its shells. @param demoModel a model that comes with it */
export function sharedSpecs(open: OpenApp, demoModel: () => string): void {
  test('shows its first screen without a complaint, and nothing of Node in its window', async () => {
    await using app = await open()
    await begin(app).waitFor({ timeout: 10_000 })
    expect(await app.page.evaluate(() => 'require' in globalThis || 'process' in globalThis)).toBe(false)
    expect(app.problems).toEqual([])
  })

  test('asks nothing of elsewhere, and runs no script that was put into it', async () => {
    await using app = await open()
    await begin(app).waitFor()
    const seen = await app.page.evaluate(async () => {
      try {
        const script = document.createElement('script')
        script.textContent = 'globalThis.ran = true'
        document.head.append(script)
      } catch {
        // Trusted types forbid the first of it already.
      }
      return {
        fetched: await fetch('https://example.com').then(String, () => 'refused'),
        ran: 'ran' in globalThis,
      }
    })
    expect(seen).toEqual({ fetched: 'refused', ran: false })
  })

  test('comes back after a reload where it was', async () => {
    await using app = await open()
    await begin(app).waitFor()
    await app.page.reload()
    await begin(app).waitFor()
    expect(app.problems).toEqual([])
  })

  test('keeps strangers’ work in a sandbox where bubblewrap is, and says why where not', async () => {
    await using app = await open()
    const { tier, why } = await (await app.api()).machine.isolation({})
    process.stdout.write(`isolation: ${tier}${why ? `, ${why}` : ''}\n`)
    if (tier !== 'sandbox') expect(why).toBeTruthy()
  })

  test('has every child answer: vault, engines, storage, curation, memory, language model, trainer', async () => {
    await using app = await open()
    const api = await app.api()
    expect(await api.wallet.create({ passphrase: PASSPHRASE })).toMatchObject({ state: 'open' })
    const { backends } = await api.earn.measure({ quick: true })
    expect(backends.find((item) => item.backend === 'cpu')).toMatchObject({ exact: true })
    expect((await api.system.overview({})).network.head).not.toBeNull()

    await answersAChat(api)
    await takesATrainingStep(api, demoModel())
  })

  test('finds its wallet and its chain again after an end and a start', async () => {
    let before: { readonly address: string | null; readonly head: number }
    let dataDir: string
    {
      const app = await open()
      const api = await app.api()
      const { address } = await api.wallet.create({ passphrase: PASSPHRASE })
      await expect.poll(async () => (await api.system.overview({})).network.head, PATIENCE).not.toBeNull()
      before = { address, head: (await api.system.overview({})).network.head! }
      dataDir = app.dataDir
      await app.end()
    }
    await using app = await open(dataDir)
    const api = await app.api()
    expect((await api.system.overview({})).wallet.address).toBe(before.address)
    await expect
      .poll(async () => (await api.system.overview({})).network.head ?? -1, PATIENCE)
      .toBeGreaterThanOrEqual(before.head)
    await expect(api.wallet.unlock({ passphrase: 'another' })).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' })
    expect(await api.wallet.unlock({ passphrase: PASSPHRASE })).toMatchObject({ state: 'open' })
  })

  test('runs beside another of another data folder', async () => {
    await using one = await open()
    await using two = await open()
    for (const app of [one, two]) await begin(app).waitFor()
    expect(one.dataDir).not.toBe(two.dataDir)
  })
}

/** The model that comes with the app answers a question. */
export async function answersAChat(api: Api): Promise<void> {
  const avatar = await api.chat.trySample({})
  const { id: chat } = await api.chat.add({ avatar: avatar.id })
  await api.chat.send({ chat, parent: null, text: 'What is your cat called?' })
  await expect
    .poll(async () => (await api.chat.get({ chat })).messages.at(-1), ANSWER)
    .toMatchObject({ role: 'assistant', state: 'whole' })
}

/** @param base the model that comes with the app to be trained */
export async function takesATrainingStep(api: Api, base: string): Promise<void> {
  const run = await api.training.create({
    name: 'Letters',
    base,
    uploads: [],
    demoData: true,
    preset: 'fast',
    method: 'lora',
    sequenceLength: 64,
    classify: false,
  })
  await expect.poll(async () => (await api.training.run({ id: run.id })).run.state, ANSWER).toBe('ready')
  await api.training.start({ id: run.id })
  await expect.poll(async () => (await api.training.run({ id: run.id })).run.step, ANSWER).toBeGreaterThan(0)
  await api.training.pause({ id: run.id })
}
