import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { HearthError } from '../../../common/errors/index.ts'
import type { Ask } from '../peers/index.ts'
import { RouteTable } from '../peers/route-table.ts'
import { BlobStore } from './blob-store.ts'
import { FileAnswers, type FileTicket } from './file-answers.ts'
import { filesRoute } from './files-route.ts'
import { PeerFileTransfer } from './peer-file-transfer.ts'
import { openSealed, type SealedFile } from './sealed-file.ts'

const owner = `0x${'aa'.repeat(20)}`
const record = { wallet: owner, peer: `0x${'bb'.repeat(32)}`, expires: 1, signature: '0x00' }
const quiet = new AbortController().signal

let folder: string
let mine: BlobStore
let theirs: BlobStore
let file: SealedFile
let ticket: { -readonly [K in keyof FileTicket]: FileTicket[K] }
let wallet: string
/** Asks the other side as the node would carry it; it may lose a chunk. */
let ask: Ask
const chunks = vi.fn((_offset: number) => {})
const onWhole = vi.fn(async () => {})
const subject = { kind: 'job', id: 7 }

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-files-'))
  mine = new BlobStore(join(folder, 'mine'))
  theirs = new BlobStore(join(folder, 'theirs'))
  writeFileSync(join(folder, 'plain'), Buffer.alloc(1_300_000, 7))
  file = await mine.add(join(folder, 'plain'))
  ticket = { brings: [file], takes: [], open: true, onWhole }
  wallet = owner
  vi.clearAllMocks()
  const table = new RouteTable(() => wallet)
  table.addParty(
    filesRoute,
    new FileAnswers(theirs, {
      job: (id, caller) => {
        if (id !== 7 || caller !== owner) throw new HearthError('NOT_A_PARTY', 'not yours')
        return ticket
      },
    }),
  )
  ask = async (route, about, message, body = null) => {
    const request = { ...message, subject: about, record }
    const answer = await table.answer({
      protocol: route.limits.protocol,
      peerId: 'p',
      key: 'k',
      message: request,
      body,
      gone: new AbortController().signal,
    })
    if (body) chunks(Reflect.get(message, 'offset') as number)
    const shape = route.messages[message.type]!
    return { ...answer, message: shape.answer.parse(answer.message) as never }
  }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const transfer = () => new PeerFileTransfer(mine)

test('an announced file arrives whole, and goes on where it was cut off', async () => {
  chunks.mockImplementationOnce(() => {
    throw new Error('cut off')
  })
  await expect(transfer().send({ ask, subject }, file, () => {}, quiet)).rejects.toThrow('cut off')
  const received = await theirs.received(file)
  expect(received).toBe(512 * 1024)
  const progress: number[] = []
  await transfer().send({ ask, subject }, file, (bytes) => progress.push(bytes), quiet)
  expect(chunks.mock.calls.map(([offset]) => offset)).toEqual([0, 512 * 1024, 1024 * 1024])
  expect(progress.at(-1)).toBe(file.bytes)
  expect(onWhole).toHaveBeenCalledOnce()
  await openSealed(theirs.path(file.hash), join(folder, 'opened'), file.key)
  expect(readFileSync(join(folder, 'opened')).equals(readFileSync(join(folder, 'plain')))).toBe(true)
})

test('a file is handed out to whom it lies here for, and to nobody else', async () => {
  writeFileSync(join(folder, 'proof'), 'proof')
  const proof = await theirs.add(join(folder, 'proof'))
  await expect(transfer().fetch({ ask, subject }, proof, () => {}, quiet)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  ticket.takes = [proof.hash]
  await transfer().fetch({ ask, subject }, proof, () => {}, quiet)
  expect(await mine.has(proof.hash)).toBe(true)
})

test(
  'nothing is taken that was not announced, of another kind, from a stranger, or that is no ' + 'longer needed',
  async () => {
    const send = (about = subject) => transfer().send({ ask, subject: about }, file, () => {}, quiet)
    ticket.open = false
    await send()
    expect(chunks).not.toHaveBeenCalled()
    ticket = { ...ticket, open: true, brings: [] }
    await expect(send()).rejects.toMatchObject({ code: 'BAD_MESSAGE' })
    await expect(send({ kind: 'wallet', id: 7 })).rejects.toMatchObject({ code: 'BAD_MESSAGE' })
    await expect(send({ kind: 'toString', id: 7 })).rejects.toMatchObject({ code: 'BAD_MESSAGE' })
    wallet = `0x${'cc'.repeat(20)}`
    await expect(send()).rejects.toMatchObject({ code: 'NOT_A_PARTY' })
    expect(await theirs.received(file)).toBe(0)
  },
)
