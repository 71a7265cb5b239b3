import { expect, test } from 'vitest'
import { World } from '../../test/support/processes.ts'
import { axeFindings, launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { fund } from '../../test/support/market.ts'

const avatarPlaces = ['', '/memory', '/facts', '/sources', '/style', '/models'] as const
const screens = ['Home', 'Earn', 'Market', 'Train', 'Explorer', 'Wallet', 'Settings'] as const

test.skipIf(whyNoBrowser)('every screen is clean under the policy and under axe, in both themes', async () => {
  await using world = new World()
  const host = await world.serve('one', 'embedded')
  await using browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.url!)
  const findings: string[] = []
  await withPages([page], async () => {
    await page.getByRole('button', { name: 'Begin' }).waitFor()
    findings.push(...(await axeFindings(page)).map((finding) => `onboarding: ${finding}`))
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByRole('heading', { name: 'Wallet', exact: true }).waitFor()
    findings.push(...(await axeFindings(page)).map((finding) => `new wallet: ${finding}`))
    const api = await world.api(host)
    await fund(api, world.passphrase)
    await api.earn.measure({ quick: true })
    for (const theme of ['light', 'dark'] as const) {
      await api.system.changeSettings({ theme })
      await page.locator(`html[data-theme=${theme}]`).waitFor()
      for (const name of screens) {
        await page.getByRole('link', { name, exact: true }).click()
        await page.getByRole('heading', { name, exact: true }).waitFor()
        await page.waitForLoadState('networkidle')
        findings.push(...(await axeFindings(page)).map((finding) => `${name}, ${theme}: ${finding}`))
      }
    }
    for (const place of avatarPlaces) {
      await page.evaluate((path) => void (location.hash = path), `#/avatar${place}`)
      await page.getByRole('navigation', { name: 'Avatar' }).waitFor()
      await page.waitForLoadState('networkidle')
      findings.push(...(await axeFindings(page)).map((finding) => `avatar${place}: ${finding}`))
    }
    await api.system.changeSettings({ language: 'zh-CN' })
    await page.getByRole('link', { name: '首页' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
  })
  expect(findings).toEqual([])
  expect(problems).toEqual([])
})

test.skipIf(whyNoBrowser)('a page without the key shows nothing but why', async () => {
  await using world = new World()
  const host = await world.serve('one', 'embedded')
  await using browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.origin!)
  await page.getByText('This address needs its key').waitFor()
  expect(problems).toEqual([])
})
