import { connect, createServer, type AddressInfo } from 'node:net'

const TICK_MS = 20
const DELAY_MS = 30

/**
 * A home line in front of a port: what its owner sends up goes at so many bytes a second, and everything takes 30 ms.
 */
export async function slowLine(
  port: number,
  bytesPerSecond: number,
): Promise<{ port: number; sent: () => number; close: () => void }> {
  let sent = 0
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    near.on('data', (piece) => setTimeout(() => far.write(piece), DELAY_MS))
    far.pause()
    let tokens = 0
    const timer = setInterval(() => {
      tokens = Math.min(tokens + (bytesPerSecond * TICK_MS) / 1000, bytesPerSecond / 10)
      while (tokens >= 1 && far.readableLength > 0) {
        const piece = far.read(Math.min(Math.floor(tokens), far.readableLength)) as Buffer | null
        if (!piece) break
        tokens -= piece.length
        sent += piece.length
        setTimeout(() => near.write(piece), DELAY_MS)
      }
      far.read(0)
    }, TICK_MS)
    const end = (): void => {
      clearInterval(timer)
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) socket.on('close', end).on('error', end)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, sent: () => sent, close: () => server.close() }
}
