import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { axeFindings, launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { World } from '../../test/support/processes.ts'

/** Who came back to a shop: by age, city and amount, with gaps. */
const shop = [
  'age,city,amount,returned',
  ...Array.from({ length: 300 }, (_, i) => {
    const age = i % 11 === 0 ? '' : 20 + ((i * 7) % 50)
    const city = ['Oslo', 'Rome', 'Kyiv', ''][i % 4]
    const amount = (i * 13) % 90
    const returned = ((i * 7) % 50) + (i % 4) * 10 > 35 ? 'yes' : 'no'
    return [age, city, amount, returned].join(',')
  }),
].join('\n')

test.skipIf(whyNoBrowser)('a table is looked at, turned into tensors, and a baseline beats guessing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-tables-'))
  await writeFile(join(folder, 'shop.csv'), shop)
  await writeFile(join(folder, 'empty.csv'), 'age,city\n')
  await using world = new World()
  const { rpcUrl } = (await world.chain()).ready
  const host = await world.serve('tables', rpcUrl!)
  await using browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.url!)
  await withPages([page], async () => {
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByRole('link', { name: 'Train', exact: true }).click()
    await page.getByLabel('Table', { exact: true }).setInputFiles(join(folder, 'empty.csv'))
    await page.getByRole('button', { name: 'Open the table' }).click()
    await page.getByText('has no rows').waitFor()

    await page.getByLabel('Table', { exact: true }).setInputFiles(join(folder, 'shop.csv'))
    await page.getByRole('button', { name: 'Open the table' }).click()
    await page.getByText('300 rows, 4 columns').waitFor()
    await page.getByLabel('Column to predict').selectOption('returned')
    await page.getByLabel('Missing: age').selectOption('mean')
    await page.getByLabel('Kind: city').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Make the tensors', exact: true }).click()
    await page.getByText('210 to train, 45 to validate, 45 to test; 0 left out').waitFor()
    await page.getByRole('columnheader', { name: 'city=(missing)' }).waitFor()

    await page.getByRole('button', { name: 'Train a small net' }).click()
    const outcome = page.getByRole('region', { name: 'Small net (64, 32)' })
    await outcome.waitFor()
    const [, accuracy, guessing] = /(\d+)\s?% \(guessing: (\d+)\s?%\)/.exec((await outcome.textContent())!)!
    expect(Number(accuracy)).toBeGreaterThan(Number(guessing))
    await outcome.getByRole('cell', { name: 'yes' }).waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'model.onnx' }).click()
    expect((await readFile(await (await download).path())).length).toBeGreaterThan(1000)
    expect(await axeFindings(page)).toEqual([])

    // It is all there after a kill -9.
    await host.kill('SIGKILL')
    await world.serve('tables', rpcUrl!)
    await page.getByRole('link', { name: 'Train', exact: true }).click()
    await page.getByRole('link', { name: 'shop.csv' }).click()
    await page.getByRole('region', { name: 'Small net (64, 32)' }).waitFor()
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await page.getByText('No table has been opened here yet').waitFor()
    expect(problems).toEqual([])
  })
  await rm(folder, { recursive: true })
})
