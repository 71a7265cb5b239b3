import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { createServer, connect, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

const MIB = 2 ** 20

/**
 * What no exchange can beat here: bytes through TCP from another process, hashed a mebibyte at a time and written. In
 * MB/s.
 */
export async function ceiling(file: string, mebibytes: number): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const sender = fork(fileURLToPath(import.meta.url), [
    String((server.address() as AddressInfo).port),
    String(mebibytes),
  ])
  const socket = await new Promise<AsyncIterable<Buffer>>((resolve) => server.once('connection', resolve))
  await using target = await open(file, 'w')
  const begun = performance.now()
  let [held, count]: [Buffer[], number] = [[], 0]
  for await (const piece of socket) {
    held.push(piece)
    count += piece.length
    if (count < MIB) continue
    const block = Buffer.concat(held)
    createHash('sha256').update(block).digest()
    await target.write(block)
    ;[held, count] = [[], 0]
  }
  await target.datasync()
  const seconds = (performance.now() - begun) / 1000
  sender.kill()
  server.close()
  return (mebibytes * MIB) / 1e6 / seconds
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port, mebibytes] = process.argv.slice(2).map(Number) as [number, number]
  const socket = connect(port, '127.0.0.1')
  const block = Buffer.alloc(MIB, 7)
  for (let sent = 0; sent < mebibytes; sent++)
    if (!socket.write(block)) await new Promise((resolve) => socket.once('drain', resolve))
  socket.end()
}
