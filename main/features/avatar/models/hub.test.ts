import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { COMMIT, offered, serveHub } from '../../../../test/support/hub.ts'
import { catalogue } from './catalogue.ts'
import { download } from './download.ts'
import { lookUp } from './hub.ts'

const content = randomBytes(100_000)

test('a file is looked up, and what is fetched is that revision with that hash', async () => {
  await using hub = await serveHub(content)
  const found = await lookUp(offered, `${hub.url}/`)
  expect(found).toEqual({
    url: `${hub.url}/${offered.repo}/resolve/${COMMIT}/${offered.file}`,
    sha256: hub.sha256,
    bytes: content.length,
  })
  const folder = await mkdtemp(join(tmpdir(), 'hearth-hub-'))
  expect((await readFile(await download(found, folder, () => {}, new AbortController().signal))).equals(content)).toBe(
    true,
  )
  await rm(folder, { recursive: true })
})

test.each([
  ['is gone', { status: 404 }, 'not offered under this name any more'],
  ['has no hash', { etag: null }, 'does not say'],
  ['has a hash of another kind', { etag: '"d41d8cd98f00b204e9800998ecf8427e"' }, 'does not say'],
  ['has no revision', { commit: '../main' }, 'does not say'],
  ['fails', { status: 503 }, 'answers 503'],
])('a file that %s is not fetched', async (_, said, words) => {
  await using hub = await serveHub(content, () => said)
  await expect(lookUp(offered, hub.url)).rejects.toMatchObject({
    code: 'HUB_FAILED',
    message: expect.stringContaining(words) as string,
  })
})

test('a hub that cannot be reached is told from one that does not have it', async () => {
  await expect(lookUp(offered, 'http://127.0.0.1:9')).rejects.toMatchObject({
    code: 'HUB_FAILED',
    message: expect.stringContaining('cannot be reached') as string,
  })
})

test('the catalogue names each model once, by a free licence, and reaches no folder but its own', () => {
  expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length)
  for (const { repo, file, licence } of catalogue) {
    expect(repo).toMatch(/^[\w.-]+\/[\w.-]+$/)
    expect(file).toMatch(/^[\w.-]+\.gguf$/)
    expect(licence).toBe('Apache-2.0')
  }
})
