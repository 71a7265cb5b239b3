import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isOurs } from '../../main/shell/policy/update-signature.ts'
import { releaseOptions } from './release-options.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearth-release-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const pem = (type: 'ed25519' | 'x25519') =>
  generateKeyPairSync(type as 'ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
const { publicKey, privateKey } = pem('ed25519')

test('a package names a feed only with the key that it is held to', () => {
  expect(releaseOptions({})).toEqual({ arguments: [], updateKey: null })
  const HEARTH_UPDATE_URL = 'https://example.org/hearth/'
  expect(releaseOptions({ HEARTH_UPDATE_URL, HEARTH_UPDATE_PUBLIC_KEY: publicKey })).toEqual({
    arguments: ['-c.publish.provider=generic', `-c.publish.url=${HEARTH_UPDATE_URL}`],
    updateKey: publicKey,
  })
  expect(() => releaseOptions({ HEARTH_UPDATE_URL })).toThrow('belong together')
  expect(() => releaseOptions({ HEARTH_UPDATE_PUBLIC_KEY: publicKey })).toThrow('belong together')
  expect(() =>
    releaseOptions({ HEARTH_UPDATE_URL: 'http://example.org', HEARTH_UPDATE_PUBLIC_KEY: publicKey }),
  ).toThrow('https')
  expect(() => releaseOptions({ HEARTH_UPDATE_URL, HEARTH_UPDATE_PUBLIC_KEY: pem('x25519').publicKey })).toThrow(
    'Ed25519',
  )
})

test('a feed is signed as the app reads it, again and again', () => {
  const file = join(folder, 'latest-linux.yml')
  writeFileSync(
    file,
    [
      'version: 0.2.0',
      'files:',
      '  - url: hearth-0.2.0-linux-x86_64.AppImage',
      '    sha512: 2Gx+/w==',
      '    size: 190000000',
      '    blockMapSize: 200000',
      'path: hearth-0.2.0-linux-x86_64.AppImage',
      'sha512: 2Gx+/w==',
      "releaseDate: '2026-11-30T16:00:00.000Z'",
      '',
    ].join('\n'),
  )
  const sign = (key?: string) =>
    spawnSync(process.execPath, [join(import.meta.dirname, 'sign-feed.ts'), folder], {
      env: { ...process.env, HEARTH_UPDATE_PRIVATE_KEY: key },
      encoding: 'utf8',
    })
  expect(sign().status).toBe(1)
  for (let i = 0; i < 2; i++)
    expect(sign(privateKey)).toMatchObject({ status: 0, stdout: 'latest-linux.yml is signed\n' })
  const read = () => parse(readFileSync(file, 'utf8')) as Parameters<typeof isOurs>[0]
  expect(isOurs(read(), publicKey)).toBe(true)
  writeFileSync(file, readFileSync(file, 'utf8').replace('2Gx+/w==', '3Gx+/w=='))
  expect(isOurs(read(), publicKey)).toBe(false)
})
