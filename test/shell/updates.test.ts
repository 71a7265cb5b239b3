import { generateKeyPairSync } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, test } from 'vitest'
import { Log, type LogRecord } from '../../main/core/log/log.ts'
import { isOurs, signUpdate, type DescribedUpdate } from '../../main/shell/policy/update-signature.ts'
import { Updates, type Updater } from '../../main/shell/updates.ts'

const keys = () =>
  generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
const maker = keys()
const described: DescribedUpdate = {
  version: '0.2.0',
  files: [
    { url: 'hearth-0.2.0-linux-x86_64.AppImage', sha512: 'AAAA', size: 5 },
    { url: 'hearth-0.2.0-linux-amd64.deb', sha512: 'BBBB' },
  ],
}
const signed = { ...described, signature: signUpdate(described, maker.privateKey) }

describe('the maker’s signature of an update', () => {
  test('holds for what was signed, whatever else the feed says', () => {
    expect(isOurs(signed, maker.publicKey)).toBe(true)
    expect(isOurs({ ...signed, stagingPercentage: 5, releaseNotes: 'x' } as typeof signed, maker.publicKey)).toBe(true)
  })

  test.each<[string, object]>([
    ['none', { signature: undefined }],
    ['one that is no text', { signature: 5 }],
    ['an empty one', { signature: '' }],
    ['another maker’s', { signature: signUpdate(described, keys().privateKey) }],
    ['another version', { version: '0.3.0' }],
    ['another file', { files: [{ ...described.files[0]!, url: 'other.AppImage' }, described.files[1]!] }],
    ['other bytes', { files: [{ ...described.files[0]!, sha512: 'CCCC' }, described.files[1]!] }],
    ['another size', { files: [{ ...described.files[0]!, size: 6 }, described.files[1]!] }],
    ['one file less', { files: [described.files[0]!] }],
    ['no files', { files: [], signature: signUpdate({ ...described, files: [] }, maker.privateKey) }],
  ])('does not hold for %s', (_, change) => {
    expect(isOurs({ ...signed, ...change }, maker.publicKey)).toBe(false)
  })

  test('cannot be moved from one field to the next', () => {
    const split = { version: '0.2.0\n["a","b",null]', files: [{ url: 'c', sha512: 'd' }] }
    const joined = { version: '0.2.0', files: [{ url: 'a', sha512: 'b' }, ...split.files] }
    expect(isOurs({ ...joined, signature: signUpdate(split, maker.privateKey) }, maker.publicKey)).toBe(false)
  })
})

describe('updates', () => {
  class FakeUpdater extends EventEmitter {
    autoDownload = true
    autoInstallOnAppQuit = false
    allowDowngrade = true
    requestHeaders: Updater['requestHeaders'] = null
    logger: Updater['logger'] = console
    readonly done: string[] = []
    found: typeof signed | null = signed
    checkForUpdates = async () => {
      this.done.push('check')
      if (this.found) this.emit('update-available', this.found)
      return null
    }
    downloadUpdate = async () => {
      this.done.push('download')
      this.emit('update-downloaded', this.found)
      return []
    }
    quitAndInstall = () => void this.done.push('install')
  }
  let updater: FakeUpdater
  let updates: Updates
  let ready: string[]
  let records: LogRecord[]
  beforeEach(() => {
    updater = new FakeUpdater()
    ;[ready, records] = [[], []]
    updates = new Updates({
      updater: updater as unknown as Updater,
      publicKey: maker.publicKey,
      log: new Log((record) => records.push(record)),
      onReady: (version) => ready.push(version),
    })
  })

  test('fetch what their maker signed once, and leave it until the app is left', async () => {
    await updates.look()
    await updates.look()
    expect(updater.done).toEqual(['check', 'download'])
    expect([ready, updates.ready]).toEqual([['0.2.0'], '0.2.0'])
    expect(updater).toMatchObject({ autoDownload: false, autoInstallOnAppQuit: true, allowDowngrade: false })
  })

  test('fetch nothing that another signed, and say so', async () => {
    updater.found = { ...signed, signature: signUpdate(described, keys().privateKey) }
    await updates.look()
    expect([updater.done, updates.ready]).toEqual([['check'], null])
    expect(records.map(({ level }) => level)).toEqual(['error'])
  })

  test('tell the feed nothing that stays with the machine', () => {
    expect(updater.requestHeaders).toEqual({ 'x-user-staging-id': 'none' })
  })

  test('are not looked for where their person does not want it', async () => {
    updates.allow(false)
    await updates.look()
    updates.allow(true)
    expect(updater.done).toEqual([])
    await updates.look()
    expect(updater.done).toEqual(['check', 'download'])
  })

  test('that cannot be had are tried again, and break nothing', async () => {
    updater.checkForUpdates = () => (updater.emit('error', new Error('no network')), Promise.reject(new Error('no')))
    await updates.look()
    expect(records.map(({ level }) => level)).toEqual(['warn'])
  })

  test('put nothing into place when the session ends', async () => {
    await updates.look()
    updates.hold()
    expect(updater.autoInstallOnAppQuit).toBe(false)
  })
})
