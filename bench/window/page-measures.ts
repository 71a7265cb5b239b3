import type { Page } from 'playwright'
import { pause } from '../../main/core/clock.ts'

const QUIET_MS = 700
const MOST_MS = 30_000
const SCROLLED_MS = 3_000
const PIXELS_A_FRAME = 60

/** Since navigation began, in milliseconds: the first paint with content, and when all that was to come was there. */
export async function contentTime(page: Page): Promise<{ paint: number; content: number }> {
  return page.evaluate(
    async ({ quiet, most }) => {
      const inPlace = (): boolean =>
        document.querySelector('main h1') !== null &&
        document.querySelector('main section, main [role=region]') !== null &&
        document.querySelector('[role=status][aria-label]') === null
      let since: number | null = null
      while (since === null || performance.now() - since < quiet) {
        if (performance.now() > most) throw new Error('what is on its way does not come')
        if (!inPlace()) since = null
        else since ??= performance.now()
        await new Promise((resolve) => requestAnimationFrame(resolve))
      }
      const [paint] = performance.getEntriesByName('first-contentful-paint')
      return { paint: paint?.startTime ?? Infinity, content: since }
    },
    { quiet: QUIET_MS, most: MOST_MS },
  )
}

/** Frames that the page shows while it is scrolled to and fro as fast as a wheel does. */
export async function framesWhileScrolling(page: Page): Promise<{ perSecond: number; p95: number; pixels: number }> {
  // What loads pages ahead is done by then.
  await pause(500)
  return page.evaluate(
    async ({ most, step }) => {
      const pixels = document.documentElement.scrollHeight - innerHeight
      const gaps: number[] = []
      const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve))
      const begun = await frame()
      let [last, direction] = [begun, 1]
      while (last - begun < most) {
        if (scrollY + step * direction > pixels || scrollY + step * direction < 0) direction = -direction
        scrollBy({ top: step * direction, behavior: 'instant' })
        const now = await frame()
        gaps.push(now - last)
        last = now
      }
      const sorted = gaps.toSorted((a, b) => a - b)
      return {
        perSecond: (1_000 * gaps.length) / (last - begun),
        p95: sorted[Math.floor(sorted.length * 0.95)] ?? Infinity,
        pixels,
      }
    },
    { most: SCROLLED_MS, step: PIXELS_A_FRAME },
  )
}

/** Follows what the page asks of its host. */
export function callsOf(page: Page): { end: () => { path: string; ms: number } } {
  const asked = new Map<string, { path: string; at: number }>()
  let slowest = { path: 'none', ms: 0 }
  const idOf = (payload: string | Buffer): string | undefined => /"i":"?(\d+)/.exec(payload.toString('utf8'))?.[1]
  page.once('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      const id = idOf(payload)
      const path = /"u":"(?:\w+:\/\/[^/"]*)?\/([\w/]+)/.exec(payload.toString('utf8'))?.[1]
      if (id !== undefined && path !== undefined) asked.set(id, { path, at: performance.now() })
    })
    socket.on('framereceived', ({ payload }) => {
      const call = asked.get(idOf(payload) ?? '')
      if (!call) return
      asked.delete(idOf(payload)!)
      const ms = performance.now() - call.at
      if (ms > slowest.ms) slowest = { path: call.path, ms }
    })
  })
  return { end: () => slowest }
}
