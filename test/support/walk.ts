import type { Locator, Page } from 'playwright'
import { expect } from 'vitest'

/** What a goal may take a newcomer: presses at most, and seconds that are told beside it. */
export interface Aim {
  readonly clicks: number
  readonly seconds: number
}

const WAIT = { timeout: 120_000 }
const MOST_TABS = 200
const hasFocus = (target: Locator): Promise<boolean> => target.evaluate((element) => element === document.activeElement)

/** A newcomer who presses and types, by mouse or by keyboard alone. What is typed is no click. */
export class Walk {
  readonly #page: Page
  readonly #keys: boolean
  #clicks = 0
  #begun = performance.now()

  constructor(page: Page, by: 'mouse' | 'keyboard' = 'mouse') {
    this.#page = page
    this.#keys = by === 'keyboard'
  }

  async press(target: Locator): Promise<void> {
    this.#clicks++
    if (!this.#keys) return target.click(WAIT)
    await this.#reach(target)
    await this.#page.keyboard.press('Enter')
  }

  /** One of a group, which Tab enters and the arrows go through. */
  async choose(target: Locator): Promise<void> {
    this.#clicks++
    if (!this.#keys) return target.check(WAIT)
    await target.waitFor(WAIT)
    const name = await target.getAttribute('name')
    await this.#reach(this.#page.locator(`input[name="${name}"]:checked`))
    while (!(await target.isChecked())) await this.#page.keyboard.press('ArrowDown')
  }

  async choosesFile(target: Locator, path: string): Promise<void> {
    this.#clicks++
    await target.setInputFiles(path, WAIT)
  }

  async write(target: Locator, text: string): Promise<void> {
    if (!this.#keys) return target.fill(text, WAIT)
    await this.#reach(target)
    await this.#page.keyboard.type(text)
  }

  /** Keeps something pressed while it is looked at. */
  async hold<T>(target: Locator, look: () => Promise<T>): Promise<T> {
    this.#clicks++
    await target.focus(WAIT)
    await this.#page.keyboard.down('Space')
    const seen = await look()
    await this.#page.keyboard.up('Space')
    return seen
  }

  /** Says what it took since the last goal. @throws where that were more clicks than the aim */
  reached(goal: string, { clicks, seconds }: Aim): void {
    const took = Math.round((performance.now() - this.#begun) / 1_000)
    process.stdout.write(`${goal}: ${this.#clicks} clicks (${clicks}), ${took} s (${seconds} s)\n`)
    expect(this.#clicks, goal).toBeLessThanOrEqual(clicks)
    this.begin()
  }

  begin(): void {
    this.#clicks = 0
    this.#begun = performance.now()
  }

  async #reach(target: Locator): Promise<void> {
    await target.waitFor(WAIT)
    await expect.poll(() => target.isEnabled(), WAIT).toBe(true)
    for (let tabs = 0; !(await hasFocus(target)); tabs++) {
      if (tabs === MOST_TABS) throw new Error(`Tab does not lead to ${target.toString()}`)
      await this.#page.keyboard.press('Tab')
    }
  }
}
