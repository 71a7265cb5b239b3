import type { Page } from 'playwright'
import { expect } from 'vitest'

/** Goes to a page of the window, and waits until nothing of it is on its way. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => void (location.hash = to), `#${path}`)
  await page.waitForLoadState('networkidle')
  await expect.poll(() => page.locator('[role=status][aria-label]').count(), { message: path, timeout: 20_000 }).toBe(0)
}
