import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readHostInfo } from '../headless/host-info.ts'
import { PassphraseSecrets } from '../headless/secrets.ts'
import { privacyGate } from '../features/earning/doctor/machine-gates.ts'
import { readHostSocketInfo } from './host-socket-info.ts'
import {
  closeFolder,
  copyFilePrivately,
  keepFilesPrivate,
  makePrivateFolder,
  writeSecretFile,
  writingFor,
} from './private-files.ts'

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)
const isRoot = process.getuid?.() === 0
let folder: string
let mask: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-private-'))
  mask = process.umask(0o022)
})
afterEach(() => {
  process.umask(mask)
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(process.platform === 'win32')('the files of a data folder', () => {
  test('are made for their owner alone, and so are folders', () => {
    keepFilesPrivate()
    writeFileSync(join(folder, 'a'), '')
    mkdirSync(join(folder, 'b'))
    expect([modeOf(join(folder, 'a')), modeOf(join(folder, 'b'))]).toEqual(['600', '700'])
  })

  test('are closed where they were open, however deep, and stay what they are', async () => {
    const deep = join(folder, ...Array.from({ length: 60 }, (_, i) => `d${i}`))
    mkdirSync(deep, { recursive: true, mode: 0o777 })
    writeFileSync(join(deep, 'file'), 'kept')
    writeFileSync(join(folder, 'tool'), '')
    chmodSync(join(folder, 'tool'), 0o755)
    chmodSync(join(deep, 'file'), 0o666)
    const found = await closeFolder(folder)
    expect(found).toMatchObject({ mended: 62, open: [], links: [], complete: true })
    expect([modeOf(deep), modeOf(join(deep, 'file')), modeOf(join(folder, 'tool'))]).toEqual(['700', '600', '700'])
    expect(readFileSync(join(deep, 'file'), 'utf8')).toBe('kept')
    expect(await closeFolder(folder)).toMatchObject({ mended: 0 })
  })

  test('that are links are named, and what they lead to keeps its modes', async () => {
    const [inside, outside] = [join(folder, 'in'), join(folder, 'out')]
    mkdirSync(inside)
    mkdirSync(outside)
    writeFileSync(join(outside, 'theirs'), '')
    symlinkSync(outside, join(inside, 'folder'))
    symlinkSync(join(outside, 'theirs'), join(inside, 'file'))
    const found = await closeFolder(inside)
    expect(found.links.toSorted()).toEqual([join(inside, 'file'), join(inside, 'folder')])
    expect([modeOf(outside), modeOf(join(outside, 'theirs'))]).toEqual(['755', '644'])
    expect(privacyGate(found)).toMatchObject({
      state: 'warning',
      value: { code: 'linked', args: { files: expect.stringContaining(inside) } },
    })
  })

  test('of another program are closed, and not looked into', async () => {
    const window = join(folder, 'window')
    mkdirSync(window, { mode: 0o755 })
    writeFileSync(join(window, 'theirs'), '', { mode: 0o644 })
    symlinkSync('host-4242', join(window, 'SingletonLock'))
    expect(await closeFolder(folder, undefined, [window])).toMatchObject({ links: [], open: [] })
    expect([modeOf(window), modeOf(join(window, 'theirs'))]).toEqual(['700', '644'])
  })

  test.skipIf(!isRoot)('that belong to another account are named (needs root to make some)', async () => {
    writeFileSync(join(folder, 'theirs'), '', { mode: 0o600 })
    chownSync(join(folder, 'theirs'), 65_534, 65_534)
    const found = await closeFolder(folder)
    expect(found.open).toEqual([join(folder, 'theirs')])
    expect(privacyGate(found)).toMatchObject({
      state: 'warning',
      value: { code: 'readable', args: { files: expect.stringContaining('theirs') } },
    })
  })

  test('a folder that is there is closed before anything in it is opened', () => {
    chmodSync(folder, 0o777)
    makePrivateFolder(folder)
    expect(modeOf(folder)).toBe('700')
  })

  test('copies are private whatever was copied', async () => {
    writeFileSync(join(folder, 'a'), '', { mode: 0o644 })
    await copyFilePrivately(join(folder, 'a'), join(folder, 'b'))
    expect(modeOf(join(folder, 'b'))).toBe('600')
  })
})

describe.skipIf(process.platform === 'win32')('what a person has written to a place of their own', () => {
  test('follows their mask; what was there before and secrets do not change', async () => {
    keepFilesPrivate()
    const place = join(folder, 'new', 'place')
    await writingFor(place, async () => {
      mkdirSync(join(place, 'sub'), { recursive: true })
      writeFileSync(join(place, 'sub', 'file'), '')
      await writeSecretFile(join(place, 'words'), 'abandon')
    })
    expect(
      ['new', 'new/place', 'new/place/sub', 'new/place/sub/file', 'new/place/words'].map((path) =>
        modeOf(join(folder, path)),
      ),
    ).toEqual(['755', '755', '755', '644', '600'])

    writeFileSync(join(place, 'theirs'), '')
    await writingFor(place, async () => writeFileSync(join(place, 'more'), ''))
    expect([modeOf(join(place, 'theirs')), modeOf(join(place, 'more'))]).toEqual(['600', '644'])
    await writingFor(join(place, 'theirs'), async () => writeFileSync(join(place, 'theirs'), 'again'))
    expect(modeOf(join(place, 'theirs'))).toBe('600')
  })
})

test.skipIf(process.platform === 'win32')(
  'what is written where others could put a link in its place stays private, and links are never followed',
  async () => {
    keepFilesPrivate()
    const secret = join(folder, 'secret')
    writeFileSync(secret, '')
    const place = join(folder, 'place')
    await writingFor(place, async () => {
      mkdirSync(place)
      symlinkSync(secret, join(place, 'link'))
    })
    expect([modeOf(place), modeOf(secret)]).toEqual(['755', '600'])
    chmodSync(folder, 0o777)
    const file = join(folder, 'file')
    await writingFor(file, async () => writeFileSync(file, ''))
    expect(modeOf(file)).toBe('600')
    await writingFor(folder, async () => writeFileSync(join(folder, 'more'), ''))
    expect(modeOf(join(folder, 'more'))).toBe('600')
    chmodSync(folder, 0o1777)
    const shared = join(folder, 'shared')
    await writingFor(shared, async () => writeFileSync(shared, ''))
    expect(modeOf(shared)).toBe('644')
  },
)

describe.skipIf(process.platform === 'win32')('what others could have written or read is not believed:', () => {
  const info = { origin: 'http://127.0.0.1:1', token: randomBytes(8).toString('hex'), pid: 1, address: '/x' }
  const spoil: readonly (readonly [string, (file: string) => void])[] = [
    ['a file that all may read', (file) => chmodSync(file, 0o644)],
    ['a file that the group may write', (file) => chmodSync(file, 0o620)],
    ...(isRoot ? [['another account’s file', (file: string) => chownSync(file, 65_534, 65_534)] as const] : []),
  ]
  test.each(spoil)('%s', async (_, change) => {
    const file = join(folder, 'info')
    writeFileSync(file, JSON.stringify(info), { mode: 0o600 })
    expect([readHostSocketInfo(file)?.token, (await readHostInfo(file))?.token]).toEqual([info.token, info.token])
    expect(await new PassphraseSecrets(file).unattendedPassphrase()).toContain(info.token)
    change(file)
    expect([readHostSocketInfo(file), await readHostInfo(file)]).toEqual([null, null])
    await expect(new PassphraseSecrets(file).unattendedPassphrase()).rejects.toThrow('passphrase file')
  })
})
