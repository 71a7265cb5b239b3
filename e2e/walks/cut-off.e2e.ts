import { expect, test } from 'vitest'
import { World } from '../../test/support/processes.ts'
import { launch, openPage, whyNoBrowser } from '../../test/support/browser.ts'
import { cutOff } from '../../test/support/cut-off.ts'
import { pathsOf } from '../../test/support/latin.ts'
import { livedIn } from '../../test/support/lived-in.ts'
import { fund } from '../../test/support/market.ts'
import { visit } from '../../test/support/visit.ts'

const empty = [
  '',
  'market',
  'train',
  'explorer',
  'wallet',
  'settings',
  'data',
  'tasks',
  ...['', 'memory', 'facts', 'sources', 'style', 'models'].map((place) => `avatar/${place}`),
  ...['', 'rules', 'energy', 'machine', 'history'].map((place) => `earn/${place}`),
]
const languages = [
  { language: 'zh-CN', home: '首页' },
  { language: 'en', home: 'Home' },
] as const

test.skipIf(whyNoBrowser)('nothing is cut off where nothing has happened yet', async () => {
  await using world = new World()
  const host = await world.serve('one', 'embedded')
  await using browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.url!)
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByRole('heading', { name: 'Wallet', exact: true }).waitFor()
  await fund(await world.api(host), world.passphrase)
  const findings: string[] = []
  for (const path of empty) {
    await visit(page, `/${path}`)
    findings.push(...(await cutOff(page)).map((finding) => `${path}: ${finding}`))
  }
  expect(findings).toEqual([])
  expect(problems).toEqual([])
})

test.skipIf(whyNoBrowser)(
  'nothing is cut off on any page of a provider and a customer, in either language',
  async () => {
    await using world = new World()
    const names = { chat: 'Garden chat', release: 'A year in a shared garden', about: 'Messages of two friends.' }
    const questions = ['What do you drink?', 'What did you write about the shed?']
    const lived = await livedIn(world, { rows: [60, 3_000], letters: 40, names, questions, buys: true })
    await using browser = await launch()
    const findings: string[] = []
    for (const side of ['provider', 'customer'] as const) {
      const { page, problems } = await openPage(browser, lived[`${side}Host`].ready.url!)
      for (const { language, home } of languages) {
        await lived[side].system.changeSettings({ language })
        await page.getByRole('link', { name: home, exact: true }).waitFor()
        for (const path of pathsOf(side, lived)) {
          await visit(page, path)
          findings.push(...(await cutOff(page)).map((finding) => `${side}, ${language}, ${path}: ${finding}`))
        }
      }
      expect(problems).toEqual([])
      await page.close()
    }
    expect(findings).toEqual([])
  },
)
