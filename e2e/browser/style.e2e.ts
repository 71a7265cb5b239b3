import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { World } from '../../test/support/processes.ts'
import { axeFindings, launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'

const WAIT = { timeout: 60_000 }
const LEARNING = { timeout: 400_000 }

test.skipIf(whyNoBrowser)(
  'an avatar learns how its person writes, through a kill -9, speaks in that style with its sources, and stops at will',
  async () => {
    await using world = new World()
    const first = await world.serve('one', 'embedded')
    await using browser = await launch()
    const { page } = await openPage(browser, first.ready.url!)
    await page.getByRole('radio', { name: /Talk to my avatar/ }).check()
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByRole('link', { name: 'Style', exact: true }).click()
    await page.getByText('Create an avatar first').waitFor(WAIT)
    const api = await world.api(first)
    const { id } = await api.chat.trySample()
    await api.system.changeSettings({ avatar: { ...(await api.system.settings()).avatar, temperature: 0 } })

    await page.getByRole('button', { name: 'Learn my style' }).click(WAIT)
    await page.getByRole('button', { name: 'Cancel' }).click(LEARNING)
    await page.getByText('Cancelled.').waitFor(LEARNING)
    expect(await api.training.runs()).toEqual([])
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('Training …').waitFor(LEARNING)
    await expect.poll(async () => (await api.training.runs())[0]?.step ?? 0, LEARNING).toBeGreaterThan(0)
    await first.kill('SIGKILL')
    const second = await world.serve('one', 'embedded')
    const again = await openPage(browser, second.ready.url!)
    await withPages([again.page], async () => {
      const view = again.page
      await view.getByRole('link', { name: 'Avatar', exact: true }).click()
      await view.getByRole('link', { name: 'Style', exact: true }).click()
      await view.getByText('Learnt. The avatar now speaks in this style.').waitFor(LEARNING)
      expect(await axeFindings(view)).toEqual([])
      const there = await world.api(second)
      const [style] = (await there.style.overview()).styles
      expect(style!.figures.loss).toBeLessThan(style!.figures.lossBefore!)
      expect((await there.chat.avatars())[0]).toMatchObject({ id, style: style!.id, styleScale: 1 })
      // The run was the means, and is not left among the runs.
      expect(await there.training.runs()).toEqual([])

      const ask = async (): Promise<string> => {
        const chat = await there.chat.add({ avatar: id })
        const sent = await there.chat.send({ chat: chat.id, parent: null, text: 'What is your cat called?' })
        let text = ''
        await expect
          .poll(async () => {
            const message = (await there.chat.get({ chat: chat.id })).messages.find((one) => one.id === sent.id)!
            text = message.text
            return message.state
          }, WAIT)
          .toBe('whole')
        return text
      }
      const styled = await ask()
      expect(styled).toMatch(/\[\d\].*Miso/)
      expect(styled).toMatch(/:\)$/)
      await view.getByLabel('Style', { exact: true }).selectOption({ label: 'None: as the model writes' })
      await view.getByRole('button', { name: 'Use it' }).click()
      await expect.poll(async () => (await there.chat.avatars())[0]!.style, WAIT).toBeNull()
      expect(await ask()).not.toBe(styled)
      await view.getByRole('button', { name: 'Delete Ada Lindqvist' }).click()
      await view.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click()
      await view.getByText('No style has been learnt yet.').waitFor(WAIT)
      // Nothing of it stays on the disk beside the memory.
      expect([
        ...readdirSync(join(second.dataDir, 'models', 'styles')),
        ...readdirSync(join(second.dataDir, 'styles')),
      ]).toEqual([])
      expect(again.problems).toEqual([])
    })
  },
  900_000,
)
