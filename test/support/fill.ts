import { closeSync, openSync, writeSync } from 'node:fs'

/** Writes a file until its disk takes nothing more. */
export function fill(path: string): void {
  const file = openSync(path, 'w')
  const block = Buffer.alloc(64 * 1024)
  for (let size = block.length; size > 0;) {
    try {
      writeSync(file, block, 0, size)
    } catch {
      size = size > 1 ? size >> 1 : 0
    }
  }
  closeSync(file)
}
