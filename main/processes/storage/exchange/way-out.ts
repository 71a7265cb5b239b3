import { RateCap } from './rate-cap.ts'

/**
 * The one way out of this node: whatever protocol gives others a block asks here first and counts here, so the owner's
 * pause and cap hold for all of them.
 */
export class WayOut {
  readonly #cap = new RateCap(null)
  #paused = false
  #given = 0

  /** @param cap bytes a second, null without a limit; @param paused whether others are told that nothing is here */
  limit(cap: number | null, paused: boolean): void {
    this.#cap.set(cap)
    this.#paused = paused
  }

  get paused(): boolean {
    return this.#paused
  }

  /** Bytes of blocks that others were given since the start. */
  get given(): number {
    return this.#given
  }

  /** Resolves when these bytes may go. */
  async take(bytes: number): Promise<void> {
    await this.#cap.take(bytes)
  }

  count(bytes: number): void {
    this.#given += bytes
  }
}
