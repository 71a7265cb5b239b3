import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { curationContract } from '../../../common/children/curation.ts'
import { NodeSpawner } from './node-spawner.ts'
import { systemClock } from '../clock.ts'
import { Log } from '../log/log.ts'
import { pipePort } from './pipe-port.ts'
import { SupervisedProcess } from './supervised.ts'

const shouting = join(import.meta.dirname, '../../../test/support/shouting-child.ts')

describe('a child that writes what is no message is ended, and its host goes on', () => {
  test.each(['noise', 'bytes', 'length', 'cut', 'empty', 'null', 'no payload', 'no stream', 'deep'])(
    '%s',
    async (kind) => {
      const child = new SupervisedProcess<typeof curationContract>({
        name: 'curation',
        spawner: new NodeSpawner({ curation: [shouting, kind] }),
        clock: systemClock,
        log: new Log(() => {}),
        limits: { silenceMs: 10_000 },
      })
      await expect(child.client.count({ file: '' })).rejects.toMatchObject({ code: 'ENGINE_GONE' })
      await child.stop()
    },
  )
})

test('messages come whole and in their order, however the pipe cuts them', () => {
  const [out, heard]: [Buffer[], unknown[]] = [[], []]
  const pipe = new PassThrough()
  const sender = new PassThrough()
  sender.on('data', (chunk: Buffer) => out.push(chunk))
  const messages = ['one', '', '“zwei” 😀', 'x'.repeat(70_000), '{}']
  const from = pipePort(sender, () => {})
  for (const message of messages) from.postMessage(message)
  const to = pipePort(pipe, () => heard.push('strange'))
  to.on('message', (event) => heard.push(event?.data))
  sender.resume()
  return new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
    const all = Buffer.concat(out)
    for (let at = 0, step = 1; at < all.length; at += step, step = (step * 7) % 1009)
      pipe.emit('data', all.subarray(at, at + step))
    expect(heard).toEqual(messages)
  })
})
