// A process that was taken over and looks about: by what it is asked, it reads a file, speaks to the network, or fills
// the memory.
import { readFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { os } from '@orpc/server'
import { serveChild } from '../../main/core/processes/child-frame.ts'

const connects = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => (socket.destroy(), resolve(true)))
    socket.once('error', () => resolve(false))
  })
function reads(path: string): boolean {
  try {
    return readFileSync(path).length >= 0
  } catch {
    return false
  }
}

const held: Buffer[] = []
const PIECE = 2 ** 24

serveChild({
  count: os.handler(async ({ input }) => {
    const { file } = input as { file: string }
    const [, port] = /^port:(\d+)$/.exec(file) ?? []
    const works = port === undefined ? reads(file) : await connects(Number(port))
    return { count: works ? 1 : 0 }
  }),
  // Slowly, so that whoever watches sees it; or at once, so that nobody can.
  judge: os.handler(async ({ input }) => {
    const { folder } = input as { folder: string }
    for (;;) {
      held.push(Buffer.alloc(PIECE, 1))
      if (folder === 'slowly') await sleep(20)
    }
  }),
})
