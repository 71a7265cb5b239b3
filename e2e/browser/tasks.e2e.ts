import { expect, test } from 'vitest'
import { resourcePath } from '../../main/core/resources.ts'
import { axeFindings, launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { World } from '../../test/support/processes.ts'

test.skipIf(whyNoBrowser)('long work is seen, paused, resumed, cancelled and dismissed in one place', async () => {
  await using world = new World()
  const { rpcUrl } = (await world.chain()).ready
  let host = await world.serve('tasks', rpcUrl!)
  const api = await world.api(host)
  const run = await api.training.create({
    name: 'Letters',
    base: resourcePath('demo', 'model'),
    uploads: [],
    demoData: true,
    preset: 'thorough',
    method: 'lora',
    sequenceLength: 64,
    classify: false,
  })
  await expect.poll(async () => (await api.training.run({ id: run.id })).run.state, { timeout: 60_000 }).toBe('ready')
  await api.training.start({ id: run.id })
  await using browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.url!)
  await withPages([page], async () => {
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByRole('link', { name: 'Tasks', exact: true }).click()
    const open = page.getByRole('region', { name: 'Under way' })
    const training = open.getByRole('article', { name: 'Training run: Letters' })
    await training.getByText('Running').waitFor()
    await training.getByRole('progressbar', { name: 'Training' }).waitFor()
    expect(await axeFindings(page)).toEqual([])

    await training.getByRole('button', { name: 'Pause: Letters' }).click()
    await training.getByText('Paused').waitFor()
    expect((await api.training.run({ id: run.id })).run.state).toBe('paused')

    // It waits through a kill -9, for a person paused it.
    await host.kill('SIGKILL')
    host = await world.serve('tasks', rpcUrl!)
    await training.getByText('Paused').waitFor()
    await training.getByRole('button', { name: 'Resume: Letters' }).click()
    await training.getByText('Running').waitFor()
    await training.getByRole('button', { name: 'Cancel: Letters' }).click()
    await open.getByText('Nothing is under way').waitFor()
    const again = await world.api(host)
    expect((await again.training.run({ id: run.id })).run.state).toBe('paused')

    const ended = page.getByRole('region', { name: 'Finished' })
    const prepared = ended.getByRole('article', { name: 'Preparation of a training run: Letters' })
    await prepared.getByText('Done').waitFor()
    await prepared.getByRole('button', { name: 'Dismiss: Letters' }).click()
    await ended.getByText('Finished and failed tasks stand here').waitFor()
    expect(await axeFindings(page)).toEqual([])

    // What is made ready for the market stands here as well.
    await again.wallet.create({ passphrase: world.passphrase })
    const { id } = await again.data.create({
      name: 'Garden',
      upload: null,
      format: null,
      dateOrder: null,
      country: 'DE',
    })
    const licence = { use: 'any' as const, redistribution: true, term: null }
    const terms = { name: 'Garden chat', description: '', licence, royalty: 0, parent: null }
    await again.data.seal({ dataset: id, terms, asset: null })
    await ended.getByRole('article', { name: 'Import of a data set: Garden' }).getByText('Done').waitFor()
    await ended.getByRole('article', { name: 'Sealing of a release: Garden chat' }).getByText('Done').waitFor()
  })
  expect(problems).toEqual([])
})
