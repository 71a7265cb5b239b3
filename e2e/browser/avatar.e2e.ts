import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { axeFindings, launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { World } from '../../test/support/processes.ts'

const WAIT = { timeout: 60_000 }
const MESSAGES = 60_000

test.skipIf(whyNoBrowser)(
  'a life is brought in, asked, looked through and forgotten again, through a kill -9 of the host in mid-import',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-avatar-'))
    const chat = join(folder, 'Chat with Ben.txt')
    await writeFile(
      chat,
      '03/04/2021, 10:00 - Ann: My grandmother gave me her amber ring\n03/04/2021, 10:05 - Ben: How lovely! Where ' +
        'was she from?\n04/05/2021, 11:00 - Ann: My grandmother was from Lebanon. She wore it on the boat.\n',
    )
    const self = join(folder, 'self.age')
    const broken = join(folder, 'broken.jsonl')
    await writeFile(broken, '{"id":"1","text":"fine"}\n{"id":"2","text":7}\n')
    const long = join(folder, 'ten years.jsonl')
    await writeFile(
      long,
      Array.from({ length: MESSAGES }, (_, i) => {
        const message = {
          id: `m${i}`,
          ts: 1.4e12 + i * 60_000,
          author: i % 2 ? 'Ann' : 'Cleo',
          text: `day ${i} at the ${i % 3 ? 'harbour' : 'market'}`,
          session: `day ${Math.floor(i / 100)}`,
        }
        return `${JSON.stringify(message)}\n`
      }).join(''),
    )
    await using world = new World()
    const host = await world.serve('me', 'embedded')
    const api = await world.api(host)
    await api.wallet.create({ passphrase: world.passphrase })
    await using browser = await launch()
    const { page, problems } = await openPage(browser, host.ready.url!)
    await withPages([page], async () => {
      await page.getByRole('link', { name: 'Avatar', exact: true }).click()
      await page.getByRole('link', { name: 'Memory', exact: true }).click()
      await page.getByText('Nothing is remembered yet').waitFor()
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('link', { name: 'Bring in your first' }).click()

      // A broken file says which line, and leaves nothing; dates that can be read in two ways are asked about.
      await page.getByLabel('File', { exact: true }).setInputFiles(broken)
      await page.getByRole('button', { name: 'Read it in' }).click()
      await page.getByText('broken.jsonl, line 2').waitFor(WAIT)
      await page.getByText('No source yet').waitFor()
      await page.getByLabel('File', { exact: true }).setInputFiles(chat)
      await page.getByRole('button', { name: 'Read it in' }).click()
      await page.getByText('The dates can be read as').waitFor(WAIT)
      await page.getByLabel('How this export writes dates').selectOption('dmy')
      await page.getByRole('button', { name: 'Read it in' }).click()
      await page.getByText('3 messages are remembered now').waitFor(WAIT)
      await page.getByText('Apr 3, 2021 – May 4, 2021').waitFor()
      await page.getByRole('button', { name: 'This is me: Ann' }).click()
      await page.getByRole('button', { name: 'Not me: Ann' }).waitFor()
      expect(await axeFindings(page)).toEqual([])

      await page.getByRole('link', { name: 'Memory' }).click()
      await page.getByText('3 messages remembered').waitFor()
      await page.getByText('She wore it on the boat').waitFor()
      await page.getByLabel('What do you want to know?').fill('What country is my grandma from?')
      await page.keyboard.press('Enter')
      const best = page.getByRole('region', { name: 'Likely answers' }).getByRole('listitem').first()
      await best.getByText(/Lebanon|amber ring/).waitFor(WAIT)
      await best.getByRole('button', { name: 'Show the conversation' }).click()
      await best.getByText('How lovely! Where was she from?').waitFor()
      expect(await axeFindings(page)).toEqual([])

      await best.getByRole('listitem').first().getByRole('button', { name: 'Keep as a fact' }).click()
      await best.getByText('Kept as a fact').waitFor(WAIT)

      await page.getByRole('link', { name: 'Facts' }).click()
      await page.getByText('Nothing waits for you').waitFor()
      await page.getByRole('button', { name: 'Look for facts in my messages' }).click()
      await page.getByText('My grandmother was from Lebanon.').waitFor(WAIT)
      await page.getByRole('button', { name: 'Show the source' }).click()
      await page.getByRole('button', { name: 'Edit', exact: true }).click()
      await page.getByLabel('The fact').fill('Ann’s grandmother came from Lebanon')
      await page.getByLabel('Holds until').fill('2020-01-01')
      await page.getByRole('region', { name: 'Facts' }).getByRole('button', { name: 'Save' }).click()
      await page.getByText('cannot end before it begins').waitFor(WAIT)
      await page.getByLabel('Holds until').fill('')
      await page.getByRole('region', { name: 'Facts' }).getByRole('button', { name: 'Save' }).click()
      await page.getByText('Ann’s grandmother came from Lebanon').waitFor(WAIT)
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('button', { name: 'Keep', exact: true }).click()
      await page.getByText('Nothing waits for you').waitFor(WAIT)
      await page.getByRole('button', { name: 'Undo the last change' }).click()
      await page.getByText('Ann’s grandmother came from Lebanon').waitFor(WAIT)
      await page.getByRole('button', { name: 'Keep', exact: true }).click()
      await page.getByLabel('Show').selectOption('kept')
      await page.getByText('2 facts').waitFor(WAIT)
      await page.getByRole('paragraph').filter({ hasText: 'Ann’s grandmother came from Lebanon' }).waitFor(WAIT)

      // A life in one's own words begins with what was kept.
      await page.getByRole('button', { name: 'Draft it from the facts' }).click()
      await expect
        .poll(() => page.getByLabel('In your words').inputValue(), WAIT)
        .toContain('Ann’s grandmother came from Lebanon.')
      await page.getByText('Not saved yet').waitFor()
      await page
        .getByLabel('In your words')
        .fill(`${await page.getByLabel('In your words').inputValue()} I grew up by the sea.`)
      await page.getByRole('region', { name: 'Your life' }).getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('Saved.').waitFor(WAIT)
      expect((await api.avatar.biography()).text).toContain('I grew up by the sea.')
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('link', { name: 'Topics' }).click()
      await page.getByText('Topics need at least twenty messages').waitFor(WAIT)

      await page.getByRole('link', { name: 'Sources' }).click()
      await page.getByLabel('File', { exact: true }).setInputFiles(long)
      await page.getByRole('button', { name: 'Read it in' }).click()
      await page.getByText(/ten years: \d+ messages (read|indexed)/).waitFor(WAIT)
      await host.kill('SIGKILL')
      await world.serve('me', 'embedded')
      await page.getByRole('row', { name: /^ten years 60,000/ }).waitFor({ timeout: 120_000 })

      await page.getByRole('link', { name: 'Topics' }).click()
      await page
        .getByRole('button', { name: /^Show messages: .*(harbour|market)/ })
        .first()
        .click({ timeout: 120_000 })
      await page
        .getByText(/at the (harbour|market)/)
        .first()
        .waitFor(WAIT)
      await page.getByRole('row', { name: /^June 2014 .*harbour/ }).waitFor()
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('link', { name: 'Sources' }).click()
      await page.getByRole('button', { name: 'Forget ten years' }).click()
      await page.getByRole('button', { name: 'Delete for good' }).click()
      await page.getByRole('row', { name: /^ten years/ }).waitFor({ state: 'detached', ...WAIT })
      await page.getByRole('row', { name: /^Chat with Ben 3/ }).waitFor()

      // The whole self goes into a file, and from it into an empty home.
      await page.getByLabel('Passphrase for the file').fill('amber by the sea')
      await page.getByLabel('Passphrase again').fill('amber by the sea')
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Save it as a file' }).click()
      await (await saved).saveAs(self)
      await page.getByText('3 memories and 2 facts are in the file').waitFor(WAIT)
      const other = await world.serve('elsewhere', 'embedded')
      await (await world.api(other)).wallet.create({ passphrase: world.passphrase })
      const { page: elsewhere } = await openPage(browser, other.ready.url!)
      await elsewhere.getByRole('link', { name: 'Avatar', exact: true }).click()
      await elsewhere.getByRole('link', { name: 'Sources' }).click()
      await elsewhere.getByLabel('Archive file').setInputFiles(self)
      await elsewhere.getByLabel('Passphrase of the file').fill('something else')
      await elsewhere.getByRole('button', { name: 'Bring it in', exact: true }).click()
      await elsewhere.getByRole('alert').waitFor(WAIT)
      await elsewhere.getByLabel('Passphrase of the file').fill('amber by the sea')
      await elsewhere.getByRole('button', { name: 'Bring it in', exact: true }).click()
      await elsewhere.getByText('3 memories and 2 facts are here now').waitFor(WAIT)
      await elsewhere.getByRole('row', { name: /^Chat with Ben 3/ }).waitFor()
      expect(problems).toEqual([])
    })
    await rm(folder, { recursive: true })
  },
  300_000,
)
