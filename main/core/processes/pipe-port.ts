import type { Duplex } from 'node:stream'
import type { Port } from './spawner.ts'

/** The place of the pipe among a child's files. */
export const PIPE = 3
const HEAD = 4
/** More than anything that is said between processes has. */
const MOST_BYTES = 256 * 2 ** 20

/**
 * Texts over a pipe, each behind its length. Node's own channel would do, but what a child writes into it that is no
 * message ends its parent; here it ends the line.
 * @param onStrange told once of a length that nothing has; nothing more is read then
 */
export function pipePort(pipe: Duplex, onStrange: () => void): Port {
  const listeners = { message: new Set<(event: { data: unknown }) => void>(), close: new Set<() => void>() }
  let [held, bytes]: [Buffer[], number] = [[], 0]
  const strange = (): void => {
    pipe.removeListener('data', hear)
    held = []
    onStrange()
  }
  const hear = (chunk: Buffer): void => {
    held.push(chunk)
    bytes += chunk.length
    while (bytes >= HEAD) {
      if (held.length > 1 && (held[0]?.length ?? 0) < HEAD) held = [Buffer.concat(held)]
      const length = held[0]?.readUInt32BE(0) ?? 0
      if (length > MOST_BYTES) return strange()
      if (bytes < HEAD + length) return
      const whole = held.length > 1 ? Buffer.concat(held) : (held[0] ?? Buffer.alloc(0))
      held = whole.length > HEAD + length ? [whole.subarray(HEAD + length)] : []
      bytes -= HEAD + length
      const data = whole.toString('utf8', HEAD, HEAD + length)
      for (const listener of listeners.message) listener({ data })
    }
  }
  pipe.on('data', hear)
  pipe.on('error', () => pipe.destroy())
  pipe.on('close', () => listeners.close.forEach((listener) => listener()))
  return {
    postMessage: (message) => {
      if (typeof message !== 'string') throw new Error('only texts go over a pipe')
      const data = Buffer.from(message)
      const head = Buffer.alloc(HEAD)
      head.writeUInt32BE(data.length, 0)
      if (pipe.writable) pipe.write(Buffer.concat([head, data]))
    },
    on: (event, listener) =>
      void (event === 'message' ? listeners.message.add(listener) : listeners.close.add(listener)),
  }
}
