import { HearthError } from '../../../../common/errors/index.ts'

/** How much of the disk the owner allows others' data, and what is about to be written of it. */
export class DiskRoom {
  /** Bytes; null without a limit. */
  most: number | null = null
  #reserved = 0

  /**
   * Keeps room for a block that is to be written.
   * @param kept bytes that lie there already
   * @throws HearthError NOT_ENOUGH_DISK
   */
  reserve(bytes: number, kept: number): void {
    if (this.most !== null && kept + this.#reserved + bytes > this.most)
      throw new HearthError(
        'NOT_ENOUGH_DISK',
        `the data node may keep ${this.most} bytes, and this needs more; remove something, or raise the limit in ` +
          'Settings',
      )
    this.#reserved += bytes
  }

  /** Writes a block that room was kept for; from then on it counts as what lies there. */
  async written<T>(bytes: number, write: () => Promise<T>): Promise<T> {
    try {
      return await write()
    } finally {
      this.#reserved -= bytes
    }
  }
}
