import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { offered } from '../../main/features/avatar/embeddings/catalogue.ts'
import { axeFindings, launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { writeEmbedder } from '../../test/support/embedder.ts'
import { serveHub } from '../../test/support/hub.ts'
import { World } from '../../test/support/processes.ts'

const WAIT = { timeout: 60_000 }
const MESSAGES = 12_000
/** Words of one meaning; the rest of the talk is as far from one another as can be. */
const concepts = [
  ['cat', 'katze', '猫'],
  ['sleeps', 'schläft'],
  ['where', 'wo'],
  ['my', 'meine'],
  ['under', 'unter'],
  ['oven', 'ofen'],
  ...['ann', 'ben', 'the', 'harbour', 'market', 'day', 'at', 'query', 'passage'].map((word) => [word]),
]

test.skipIf(whyNoBrowser)(
  'memories are found by what they mean, with a model that is fetched, through a kill -9 while it reads',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-meaning-'))
    const talk = join(folder, 'talk.jsonl')
    const line = (i: number): string =>
      i === 7_000 ? 'Meine Katze schläft unter dem Ofen' : `day ${i} at the ${i % 3 ? 'harbour' : 'market'}`
    await writeFile(
      talk,
      Array.from({ length: MESSAGES }, (_, i) => {
        const message = {
          id: `m${i}`,
          ts: 1.4e12 + i * 60_000,
          author: i % 2 ? 'Ann' : 'Ben',
          text: line(i),
          session: `day ${Math.floor(i / 50)}`,
        }
        return `${JSON.stringify(message)}\n`
      }).join(''),
    )
    const model = await writeEmbedder(join(folder, 'tiny-e5'), concepts)
    let away = true
    await using hub = await serveHub(
      {
        [`${offered.repo}/${offered.model}`]: await readFile(join(model, 'model.onnx')),
        [`${offered.repo}/${offered.tokenizer}`]: await readFile(join(model, 'tokenizer.json')),
      },
      (file) => (away && file.endsWith('tokenizer.json') ? { stored: 503 } : {}),
    )
    await using world = new World()
    const host = await world.serve('me', 'embedded')
    const api = await world.api(host)
    await api.wallet.create({ passphrase: world.passphrase })
    await api.system.changeSettings({ avatar: { ...(await api.system.settings()).avatar, hub: hub.url } })
    await using browser = await launch()
    const { page, problems } = await openPage(browser, host.ready.url!)
    await withPages([page], async () => {
      await page.getByRole('link', { name: 'Avatar', exact: true }).click()
      await page.getByRole('link', { name: 'Sources' }).click()
      await page.getByLabel('File', { exact: true }).setInputFiles(talk)
      await page.getByRole('button', { name: 'Read it in' }).click()
      await page.getByText('12000 messages are remembered now').waitFor(WAIT)

      const ask = async (): Promise<string> => {
        await page.getByRole('link', { name: 'Memory', exact: true }).click()
        await page.getByLabel('What do you want to know?').fill('Where sleeps my cat?')
        await page.getByRole('button', { name: 'Find', exact: true }).click()
        const answers = page.getByRole('region', { name: 'Likely answers' })
        await answers.getByRole('listitem').first().or(answers.getByText('Nothing here mentions that')).waitFor(WAIT)
        return (await answers.textContent()) ?? ''
      }
      expect(await ask()).not.toContain('Katze')
      await page.getByText('Found by words').waitFor()
      await page.getByRole('link', { name: 'Find them by meaning' }).click()

      // What is no model is refused, and a fetch that breaks off says that what came is kept.
      const card = page.getByRole('region', { name: 'Find memories by meaning' })
      await card.getByLabel('A folder on this machine').fill(folder)
      await card.getByRole('button', { name: 'Bring the folder in' }).click()
      await card.getByText('there is no model.onnx in this folder').waitFor(WAIT)
      await card.getByRole('button', { name: `Look up ${offered.name}` }).click()
      await card.getByRole('button', { name: `Fetch it: ${offered.name}` }).click(WAIT)
      await card.getByText('What is here is kept').waitFor(WAIT)
      expect(await axeFindings(page)).toEqual([])
      away = false
      await card.getByRole('button', { name: `Fetch it: ${offered.name}` }).click()

      await card.getByText(/^[1-9][\d,]* of 12,000 memories read/).waitFor(WAIT)
      const { work } = await api.embedder.overview()
      expect(work!.left).toBeGreaterThan(0)
      await host.kill('SIGKILL')
      const again = await world.api(await world.serve('me', 'embedded'))
      await card.getByText('12,000 of 12,000 memories read').waitFor({ timeout: 120_000 })
      // It went on to the end; that nothing is read twice, test/faults/meaning-kill.test.ts says.
      expect(await again.embedder.overview()).toMatchObject({ work: { done: MESSAGES, left: 0 }, problem: null })
      expect(await axeFindings(page)).toEqual([])
      expect((await ask()).indexOf('Meine Katze schläft')).toBeGreaterThan(-1)
      await page.getByText(`Found by meaning, with ${offered.name}.`).waitFor()
      expect(await axeFindings(page)).toEqual([])

      await page.getByRole('link', { name: 'Models', exact: true }).click()
      await card.getByRole('button', { name: 'Delete the model' }).click()
      await page.getByRole('button', { name: 'Delete for good' }).click()
      await card.getByRole('button', { name: 'Bring the folder in' }).waitFor(WAIT)
      expect(await ask()).not.toContain('Katze')
      // A folder of one's own does as well.
      await page.getByRole('link', { name: 'Models', exact: true }).click()
      await card.getByLabel('A folder on this machine').fill(model)
      await card.getByRole('button', { name: 'Bring the folder in' }).click()
      await card.getByText('tiny-e5').waitFor(WAIT)
      expect(problems).toEqual([])
    })
    await rm(folder, { recursive: true })
  },
  300_000,
)
