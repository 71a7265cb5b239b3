import type { Locator, Page } from 'playwright'
import { expect, test } from 'vitest'
import type { GateName } from '../../common/api/doctor.ts'
import { defaultIdlePolicy, type IdlePolicy } from '../../common/model/idle-policy/rules.ts'
import { launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { fakeSensors, GAME } from '../../test/support/fake-sensors.ts'
import { act, fund, until } from '../../test/support/market.ts'
import { World } from '../../test/support/processes.ts'

const blocked = (page: Page, name: GateName) => page.locator(`[data-gate=${name}][data-state=blocked]`)
const open = (page: Page, name: GateName) => page.locator(`[data-gate=${name}][data-state=ok]`)

/** What can wait is folded, and a page that has just come is folded anew. */
const unfolded = (page: Page, row: Locator): Promise<void> =>
  expect
    .poll(
      async () => {
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true
        })
        return row.isVisible()
      },
      { timeout: 20_000 },
    )
    .toBe(true)

test.skipIf(whyNoBrowser)('each gate between a machine and earning names itself, its value and a fix', async () => {
  await using world = new World()
  const sensors = fakeSensors(world.folder)
  const host = await world.serve('one', 'embedded')
  await using browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.url!)
  const api = await world.api(host)
  /** A gate is shut with a fix beside it. */
  const shut = async (name: GateName, fix: string, value?: RegExp): Promise<void> => {
    const row = blocked(page, name)
    await unfolded(page, row)
    expect(await row.innerText()).toContain(fix)
    if (value) await expect.poll(() => row.innerText(), { timeout: 10_000 }).toMatch(value)
  }
  /** The button of a gate puts the focus on the field that the gate is about. */
  const leadsTo = async (name: GateName, button: string, field: string): Promise<void> => {
    await unfolded(page, page.locator(`[data-gate=${name}]`))
    await page.locator(`[data-gate=${name}]`).getByRole('link', { name: button }).click()
    const found = page.getByLabel(field, { exact: true })
    await found.waitFor()
    await expect.poll(() => found.evaluate((element) => element === document.activeElement)).toBe(true)
    await page.getByRole('link', { name: 'Home', exact: true }).click()
  }
  const opened = (name: GateName): Promise<void> => open(page, name).waitFor({ state: 'attached', timeout: 40_000 })

  await withPages([page], async () => {
    await api.system.changeSettings({ onboarded: true })
    await page.getByRole('heading', { name: 'Ready to earn' }).waitFor()
    await shut('wallet', 'Create or import a wallet')
    await shut('backup', 'Confirm the recovery words')
    await shut('benchmark', 'Measure the machine')
    await shut('stake', 'registering the machine deposits them', /0\sHTH free and 0\sHTH in the wallet/)
    await shut('machine', 'Register the machine')
    await shut('started', 'Start earning', /paused by you/)
    await leadsTo('wallet', 'Open the wallet', 'Passphrase')
    // Earn says the same, whatever a person came for, and leads to a field of its own page too.
    await page.getByRole('link', { name: 'Earn', exact: true }).click()
    await page.getByRole('navigation', { name: 'Earn' }).waitFor()
    await leadsTo('demand', 'Change the price', 'Price per second, in HTH')
    await page.getByRole('region', { name: 'Running now' }).waitFor()
    await unfolded(page, page.locator('[data-gate=benchmark]'))
    await page.locator('[data-gate=benchmark]').getByRole('button', { name: 'Measure now' }).click()
    await opened('benchmark')
    await fund(api, world.passphrase)
    for (const name of ['wallet', 'backup', 'stake', 'fees'] as const) await opened(name)
    await api.wallet.lock({})
    await shut('unlocked', 'Unlock the wallet', /locked/)
    await api.wallet.unlock({ passphrase: world.passphrase })
    await act(api, { kind: 'addMachine' })
    await until('the machine', async () => (await api.earn.machine({})).registered)
    await api.earn.start({})
    for (const name of ['unlocked', 'benchmark', 'machine', 'started', 'sensors'] as const) await opened(name)

    const rule = (part: Partial<IdlePolicy>) => api.machine.setRules({ ...defaultIdlePolicy, apps: [GAME], ...part })
    const free = Array.from({ length: 7 }, () => '1'.repeat(24))
    await rule({ schedule: { hours: free.map((day) => day.replaceAll('1', '0')), timeZone: null } })
    await shut('schedule', 'change the hours', /no hour is open/)
    await page.getByText('Your schedule is closed at this hour').waitFor()
    await leadsTo('schedule', 'Change this rule', 'Only at certain hours')
    await rule({ idleMinutes: 5, graphics: { temperature: 80, watts: 200, fan: 0.6 } })
    await opened('schedule')

    sensors.idle(0)
    await shut('idle', 'Leave the machine alone', /limit 300 s/)
    sensors.idle(900_000)
    await opened('idle')
    const end = sensors.play()
    await shut('game', 'End the game', new RegExp(GAME))
    end()
    sensors.card({ load: 90 })
    await shut('gpuLoad', 'End what uses the graphics card', /90 %, limit 40 %/)
    sensors.card({ temperature: 91, watts: 320, fan: 88 })
    await shut('temperature', 'Let it cool', /91 °C, limit 80 °C/)
    await shut('power', 'Raise the limit', /320 W, limit 200 W/)
    await shut('noise', 'Raise the limit', /88 %, limit 60 %/)
    sensors.card({})
    for (const name of ['game', 'gpuLoad', 'temperature', 'power', 'noise'] as const) await opened(name)

    // Electricity that costs more than a coin is worth.
    const { settings } = await api.profit.view({})
    await api.profit.change({
      ...settings,
      tariff: { kind: 'flat', price: 300_000 },
      assumedWatts: 300,
      coinValue: 10,
      neverBelowCost: true,
    })
    await shut('cost', 'Raise the price', /electricity 2.5\sHTH/)
    await page.getByText('does not pay for the electricity').waitFor()
    await api.profit.change({
      ...settings,
      tariff: { kind: 'flat', price: 300_000 },
      assumedWatts: 300,
      coinValue: 10_000_000,
      neverBelowCost: true,
    })
    await opened('cost')

    await rule({ processor: { temperature: 70, watts: null } })
    // This machine tells no temperature of its processor, so nobody could keep the cap.
    if ((await api.machine.now({})).sample!.cpu.temperature.value === null)
      await shut('sensors', 'Remove the limit', /cpu.temperature/)
    await rule({})
    await opened('sensors')
    await opened('offer')
  })
  expect(problems).toEqual([])
})

test.skipIf(whyNoBrowser)('the owner draws a schedule, sets caps and finds them again', async () => {
  await using world = new World()
  fakeSensors(world.folder)
  const host = await world.serve('one', 'embedded')
  await using browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.url!)
  const api = await world.api(host)
  await withPages([page], async () => {
    await api.system.changeSettings({ onboarded: true })
    await page.getByRole('link', { name: 'Earn', exact: true }).click()
    await page.getByText('NVIDIA GeForce RTX 4090').first().waitFor()
    await page.getByRole('link', { name: 'Rules', exact: true }).click()
    await page.getByLabel('Only at certain hours').check()
    const cell = page.getByRole('button', { name: 'Mon 12:00' })
    expect(await cell.getAttribute('aria-pressed')).toBe('false')
    await cell.click()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Space')
    await page.getByLabel('Graphics: maximum temperature, °C').fill('75')
    await page.getByLabel('Processor: maximum power, W').fill('many')
    expect(await page.getByRole('button', { name: 'Save', exact: true }).last().isDisabled()).toBe(true)
    await page.getByLabel('Processor: maximum power, W').fill('')
    await page.getByRole('button', { name: 'Save', exact: true }).last().click()
    const { rules } = await until('the rules', async () => {
      const found = await api.machine.rules({})
      return found.rules.graphics.temperature === 75 && found
    })
    expect(rules.schedule!.hours[0]!.slice(11, 15)).toBe('0110')
    await page.getByRole('link', { name: 'Energy', exact: true }).click()
    await page.getByText('Tariff and value of a coin').click()
    await page.getByLabel('Tariff', { exact: true }).selectOption('flat')
    await page.getByLabel('Price per kWh').fill('thirty')
    expect(await page.getByRole('button', { name: 'Save the tariff' }).isDisabled()).toBe(true)
    await page.getByLabel('Price per kWh').fill('0,31')
    await page.getByLabel('Watts at work, if the machine does not report them').fill('250')
    await page.getByLabel('Value of a coin, in EUR').fill('2')
    await page.getByRole('button', { name: 'Save the tariff' }).click()
    await page.getByText('half as much again').waitFor()
    expect((await api.profit.view({})).floor).toBe(10_763_888_888_889n)
    await page.getByRole('link', { name: 'Rules', exact: true }).click()
    await page.reload()
    await page.getByRole('button', { name: 'Mon 13:00' }).and(page.locator('[aria-pressed=true]')).waitFor()

    const file = {
      name: 'rules.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"format":"hearth-comfort","version":9,"rules":{}}'),
    }
    await page.getByLabel('Import rules from a file').setInputFiles(file)
    await page.getByText('from a newer Hearth').waitFor()
    expect((await api.machine.rules({})).rules.graphics.temperature).toBe(75)
  })
  expect(problems).toEqual([])
})
