import { createServer } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { os } from '@orpc/server'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer } from 'ws'
import { expect, test } from 'vitest'
import { join } from '../../main/headless/connect.ts'

const never = new Promise<never>(() => {})

/** A host whose calls answer as they are told to, and that dies at once when it is asked to. */
async function hostThat(answers: { confirm: () => Promise<{ id: string }>; transaction: () => Promise<object> }) {
  const folder = mkdtempSync(joinPath(tmpdir(), 'hearth-cut-'))
  const address = joinPath(folder, 'host.sock')
  const wallet = { confirm: os.handler(answers.confirm), transaction: os.handler(answers.transaction) }
  const handler = new RPCHandler({ wallet })
  const http = createServer()
  const server = new WebSocketServer({ server: http })
  server.on('connection', (socket) => void handler.upgrade(socket))
  await new Promise<void>((done) => http.listen(address, done))
  const connection = await join({ address, token: 'any' })
  if (!connection) throw new Error('nobody answers')
  return {
    connection,
    die: () => server.clients.forEach((socket) => socket.terminate()),
    [Symbol.asyncDispose]: async () => {
      connection.close()
      server.clients.forEach((socket) => socket.terminate())
      await new Promise((done) => http.close(done))
      rmSync(folder, { recursive: true })
    },
  }
}
const id = '00000000-0000-4000-8000-000000000000'

test('a host that dies before it was asked to send anything has sent nothing', async () => {
  await using host = await hostThat({ confirm: () => never, transaction: () => never })
  const reading = host.connection.api.wallet.transaction({ id })
  setTimeout(host.die, 50)
  await expect(reading).rejects.toMatchObject({
    code: 'HOST_GONE',
    message: expect.stringMatching(/before it answered wallet.transaction. Nothing was sent/) as string,
  })
  // The next call finds nobody, and does not wait for an answer.
  await expect(host.connection.api.wallet.transaction({ id })).rejects.toMatchObject({ code: 'HOST_GONE' })
})

test('a host that dies while it is asked to send leaves open whether it did', async () => {
  await using host = await hostThat({ confirm: () => never, transaction: () => never })
  const sending = host.connection.api.wallet.confirm({ id })
  setTimeout(host.die, 50)
  await expect(sending).rejects.toMatchObject({
    code: 'HOST_GONE',
    message: expect.stringContaining('It is not known whether the transaction was sent') as string,
  })
})

test('a host that dies after it said that it sends has sent', async () => {
  await using host = await hostThat({ confirm: () => Promise.resolve({ id }), transaction: () => never })
  await host.connection.api.wallet.confirm({ id })
  const waiting = host.connection.api.wallet.transaction({ id })
  setTimeout(host.die, 50)
  await expect(waiting).rejects.toMatchObject({
    code: 'HOST_GONE',
    message: expect.stringContaining('The transaction was sent') as string,
  })
})

test('Ctrl-C ends the calls of a command and says the same of them', async () => {
  await using host = await hostThat({ confirm: () => Promise.resolve({ id }), transaction: () => never })
  const stop = new AbortController()
  const api = host.connection.until(stop.signal)
  await api.wallet.confirm({ id })
  const waiting = api.wallet.transaction({ id })
  stop.abort()
  await expect(waiting).rejects.toMatchObject({
    code: 'ABORTED',
    message: expect.stringMatching(/^cancelled. The transaction was sent/) as string,
  })
  await expect(host.connection.api.wallet.confirm({ id })).resolves.toEqual({ id })
})
