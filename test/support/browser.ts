import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright'

export const chromiumPath = process.env.HEARTH_CHROMIUM ?? '/usr/bin/chromium'
export const whyNoBrowser = existsSync(chromiumPath) ? null : `no Chromium at ${chromiumPath}`

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })

/** A page that gathers what must never happen: errors, and violations of the content security policy. */
export async function openPage(
  browser: Browser,
  url: string,
  viewport = { width: 1280, height: 900 },
): Promise<{ page: Page; problems: string[] }> {
  // axe needs eval, which the page's own policy forbids; it runs in an isolated world that the policy does not reach.
  const page = await browser.newPage({ viewport })
  page.setDefaultTimeout(20_000)
  const problems: string[] = []
  page.on('console', (message) => {
    // A host that was killed is a connection that fails. What axe does, which copies elements with their styles, comes
    // from no file, unlike all that the page does. Everything else is a problem.
    const text = message.text()
    const isAxe = message.location().url === '' && text.startsWith('Applying inline style')
    if (message.type() === 'error' && !isAxe && !/ERR_CONNECTION_(?:REFUSED|RESET)|WebSocket connection/.test(text))
      problems.push(text)
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  await page.goto(url)
  return { page, problems }
}

/** Accessibility findings of a page as axe has them, as short text. */
export async function axeFindings(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  const { frameTree } = await session.send('Page.getFrameTree')
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    worldName: 'axe',
  })
  await session.send('Runtime.evaluate', { contextId: executionContextId, expression: axe })
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
    expression:
      "axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => v.id + ': ' + " +
      "v.nodes.map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | ')))",
  })
  if (exceptionDetails) throw new Error(exceptionDetails.text)
  await session.detach()
  return result.value as string[]
}

/** Runs a scenario; where it fails, what the pages showed goes into the failure. */
export async function withPages(pages: readonly Page[], run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    const shown = await Promise.all(
      pages.map((page) =>
        page
          .locator('body')
          .innerText()
          .catch(() => 'closed'),
      ),
    )
    throw new Error(`${String(error)}\n\n${shown.map((text, i) => `--- page ${i}\n${text}`).join('\n')}`, {
      cause: error,
    })
  }
}
