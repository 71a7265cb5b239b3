import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright'
import { expect, test } from 'vitest'
import { resourcePath } from '../../main/core/resources.ts'
import { axeFindings, launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { offered, serveHub } from '../../test/support/hub.ts'
import { World } from '../../test/support/processes.ts'

const WAIT = { timeout: 60_000 }

/** What was said last stands above the box for the next message, unless the person looks further up. */
async function keepsTheNewestInView(page: Page, message: Locator, said: Locator): Promise<void> {
  const newest = page.getByRole('button', { name: 'Newest' })
  const inView = async (): Promise<boolean> => {
    const [last, box] = await Promise.all([said.getByRole('article').last().boundingBox(), message.boundingBox()])
    const { height } = page.viewportSize()!
    return last !== null && box !== null && last.y + last.height <= box.y && box.y + box.height <= height
  }
  for (const height of [900, 600]) {
    await page.setViewportSize({ width: 1000, height })
    await expect.poll(inView, WAIT).toBe(true)
  }
  await said.hover()
  await page.mouse.wheel(0, -5_000)
  await newest.waitFor(WAIT)
  expect(await inView()).toBe(false)
  await newest.click()
  await expect.poll(inView, WAIT).toBe(true)
  // At its end when it is opened again.
  await page.reload()
  await said.getByRole('article').last().waitFor(WAIT)
  await expect.poll(inView, WAIT).toBe(true)
  await page.setViewportSize({ width: 1280, height: 900 })
}

test.skipIf(whyNoBrowser)(
  'a newcomer has a first conversation with sources, asks again, edits, and lets other programs ask',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-chat-'))
    const card = join(folder, 'card.json')
    await writeFile(
      card,
      JSON.stringify({
        spec: 'chara_card_v2',
        spec_version: '2.0',
        data: { name: 'Seraphina', description: '{{char}} guards a glade.', first_mes: 'Welcome, {{user}}.' },
      }),
    )
    await using world = new World()
    const host = await world.serve('me', 'embedded')
    // Without chance, an answer is the same each time.
    const api = await world.api(host)
    await api.system.changeSettings({ avatar: { ...(await api.system.settings()).avatar, temperature: 0 } })
    await using browser = await launch()
    const { page, problems } = await openPage(browser, host.ready.url!)
    await withPages([page], async () => {
      // No wallet is asked for.
      await page.getByRole('radio', { name: /Talk to my avatar/ }).check()
      await page.getByRole('button', { name: 'Begin' }).click()
      await page.getByRole('button', { name: 'Try it with a sample' }).waitFor(WAIT)
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('button', { name: 'Try it with a sample' }).click()
      await page.getByText('Hello, I am Ada').waitFor(WAIT)

      const message = page.getByLabel('Message to Ada Lindqvist')
      const said = page.getByRole('log', { name: 'What was said' })
      await message.fill('What is your cat called?')
      await page.keyboard.press('Enter')
      const answer = said.getByRole('article', { name: 'Ada Lindqvist' }).last()
      await answer.getByText('Miso').first().waitFor(WAIT)
      await answer
        .getByRole('button', { name: /Open source/ })
        .first()
        .click()
      // A small model's word does not stand alone: the conversation stands below it, and where the source was opened.
      const closest = answer.getByRole('region', { name: 'Closest memories' })
      await closest.getByText('Look for yourself').waitFor(WAIT)
      await closest.getByText('Miso like the soup?').waitFor(WAIT)
      await answer.getByText('Miso like the soup?', { exact: true }).waitFor(WAIT)
      expect(await axeFindings(page)).toEqual([])
      await page.getByText(/tokens of context/).waitFor()
      // How fast it was, and with which model.
      await answer.getByText(/tok\/s · first word after .* · Hearth demo/).waitFor()

      await answer.getByRole('button', { name: 'Answer again' }).click()
      await answer.getByText('2 of 2').waitFor(WAIT)
      await answer.getByRole('button', { name: 'Earlier version' }).click()
      await answer.getByText('1 of 2').waitFor(WAIT)

      // Home begins with what the person came for, and the rest stands there too.
      await page.getByRole('link', { name: 'Home', exact: true }).click()
      const first = page.getByRole('main').getByRole('region').first()
      await first.getByText(/Miso/).waitFor(WAIT)
      await first.getByText('[1]').waitFor({ state: 'detached' })
      expect(await page.getByRole('region', { name: 'Ready to earn' }).count()).toBe(0)
      expect(await axeFindings(page)).toEqual([])
      await first.getByRole('link', { name: 'Go on with it' }).click()

      // What nothing says is not made up.
      await message.fill('Who was the first man on the moon?')
      await page.keyboard.press('Enter')
      await said.getByText('I do not know').waitFor(WAIT)
      await said.getByRole('region', { name: 'Closest memories' }).last().waitFor(WAIT)
      await keepsTheNewestInView(page, message, said)

      const mine = said.getByRole('article', { name: 'You' }).first()
      await mine.getByRole('button', { name: 'Edit' }).click()
      await mine.getByLabel('Your message').fill('What is your sister called?')
      await mine.getByRole('button', { name: 'Send' }).click()
      await said.getByText(/Freya/).first().waitFor(WAIT)
      await said.getByRole('article', { name: 'You' }).getByText('2 of 2').waitFor(WAIT)
      await page.reload()
      await said.getByText(/Freya/).first().waitFor(WAIT)

      await page.getByRole('button', { name: 'Rename' }).click()
      await page.getByLabel('Title').fill('Family')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('region', { name: 'Family' }).waitFor(WAIT)
      await page.getByLabel('Search conversations').fill('zebra')
      await page.getByText('No conversation mentions that').waitFor(WAIT)
      await page.getByLabel('Search conversations').fill('sister')
      await page.getByRole('link', { name: 'Family' }).waitFor(WAIT)

      // A character from a card speaks beside the avatar.
      await page.getByRole('link', { name: 'New avatar' }).click()
      await page.getByLabel('Character card').setInputFiles(card)
      await expect
        .poll(() => page.getByLabel('Voice and rules').inputValue(), WAIT)
        .toContain('Seraphina guards a glade.')
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('button', { name: 'Save' }).click()
      await page
        .getByRole('region', { name: 'Seraphina' })
        .getByRole('button', { name: 'New conversation' })
        .click(WAIT)
      await page.getByText('Welcome, you.').waitFor(WAIT)

      await page.getByRole('link', { name: 'Models', exact: true }).click()
      await page.getByLabel('File').fill('/nowhere/model.gguf')
      await page.getByRole('button', { name: 'Bring it in' }).click()
      await page.getByText('there is no file /nowhere/model.gguf').waitFor(WAIT)
      // A model of the catalogue, from a hub of one's own.
      await using hub = await serveHub(await readFile(resourcePath('avatar', 'avatar.gguf')))
      await page.getByLabel('Hub or mirror').fill(hub.url)
      await page.getByRole('button', { name: 'Use it' }).click()
      await page.getByRole('button', { name: `Look up ${offered.name}` }).click()
      await page.getByRole('button', { name: `Fetch it: ${offered.name}` }).click(WAIT)
      await page.getByText(`${offered.name} is here now`).waitFor(WAIT)
      await page.getByRole('button', { name: `Choose ${offered.name}` }).waitFor(WAIT)
      await page.getByRole('button', { name: 'Look up Qwen3 4B' }).click()
      await page.getByText('Qwen3 4B is not offered under this name any more').waitFor(WAIT)
      await page.getByLabel('Answer programs of this machine').click()
      const address = await page.getByText(/^http:\/\/127\.0\.0\.1:\d+\/v1$/).textContent(WAIT)
      expect(await axeFindings(page)).toEqual([])
      const { token } = (await api.models.localApi())!
      const asked = await fetch(`${address!}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({
          model: 'avatar/Ada Lindqvist',
          temperature: 0,
          messages: [{ role: 'user', content: 'What is your cat called?' }],
        }),
      })
      const { choices, citations } = (await asked.json()) as {
        choices: { message: { content: string } }[]
        citations: { text: string }[]
      }
      expect(choices[0]!.message.content).toContain('Miso')
      expect(citations.map(({ text }) => text).join()).toContain('Miso')
      await page.getByLabel('Answer programs of this machine').click()
      await page.getByText(address!).waitFor({ state: 'detached', ...WAIT })
      await expect(fetch(`${address!}/models`, { headers: { authorization: `Bearer ${token}` } })).rejects.toThrow()
      expect(problems).toEqual([])
    })
    await rm(folder, { recursive: true })
  },
  240_000,
)
