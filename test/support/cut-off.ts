import type { Page } from 'playwright'

/** A telephone, a window at 200 % zoom, and a window. */
const widths = [360, 640, 1280] as const

/**
 * What of a page is cut off at some width: wider than the page, text that is hidden with nothing that says it whole, or
 * a value in so narrow a column that it stands a few letters a line.
 */
export async function cutOff(page: Page): Promise<string[]> {
  const found: string[] = []
  const before = page.viewportSize()!
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 })
    // Charts measure themselves anew.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
    found.push(...(await page.evaluate(cutOffNow)).map((what) => `${width} px: ${what}`))
  }
  await page.setViewportSize(before)
  return found
}

function cutOffNow(): string[] {
  const nameOf = (element: Element): string =>
    `${element.tagName.toLowerCase()} “${(element.textContent ?? '').trim().slice(0, 60)}”`
  const style = (element: Element): CSSStyleDeclaration => getComputedStyle(element)
  /** What may be scrolled to. */
  const scrolls = (element: Element | null): boolean =>
    element !== null &&
    element !== document.body &&
    element !== document.documentElement &&
    (/auto|scroll/.test(style(element).overflowX) || scrolls(element.parentElement))
  const hasText = (element: Element): boolean =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())
  /** For screen readers alone. */
  const isUnseen = (element: Element | null): boolean => {
    if (element === null) return false
    const { width, height } = element.getBoundingClientRect()
    return width <= 1 || height <= 1 || isUnseen(element.parentElement)
  }
  const isCrushed = (element: Element): boolean =>
    [...element.childNodes].some((node) => {
      const text = node.nodeType === Node.TEXT_NODE ? node.textContent!.trim() : ''
      if (text === '') return false
      const range = document.createRange()
      range.selectNodeContents(node)
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size
      return lines > 3 && text.length / lines < 4
    })
  const found: string[] = []
  const { scrollWidth } = document.documentElement
  if (scrollWidth > innerWidth) found.push(`the page is ${scrollWidth} pixels wide`)
  for (const element of document.querySelectorAll('body *')) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('svg, [aria-hidden=true]')) continue
    const { right, left } = element.getBoundingClientRect()
    if (right <= 0 || isUnseen(element)) continue
    if ((right > innerWidth + 1 || left < -1) && hasText(element) && !scrolls(element))
      found.push(`${nameOf(element)} ends at ${Math.round(right)}`)
    const hides = /hidden|clip/
    const cutAcross = hides.test(style(element).overflowX) && element.scrollWidth > element.clientWidth + 1
    const cutBelow = hides.test(style(element).overflowY) && element.scrollHeight > element.clientHeight + 3
    if (isCrushed(element)) found.push(`${nameOf(element)} stands a few letters a line`)
    const saysWhole = element.closest('[title]') !== null || element.querySelector('[title]') !== null
    if ((cutAcross || cutBelow) && element.textContent?.trim() && element.clientWidth > 0 && !saysWhole)
      found.push(`${nameOf(element)} is cut`)
  }
  return found
}
