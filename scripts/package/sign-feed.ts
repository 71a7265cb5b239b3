// npm run package:sign-feed [-- FOLDER]: puts the maker's signature into the feed's files (docs/releasing.md).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { signUpdate } from '../../main/shell/policy/update-signature.ts'

const Feed = z.looseObject({
  version: z.string(),
  files: z.array(z.looseObject({ url: z.string(), sha512: z.string(), size: z.number().optional() })).min(1),
})
const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '..', '..', 'dist', 'packages'))
const { HEARTH_UPDATE_PRIVATE_KEY: key } = process.env
if (!key) throw new Error('HEARTH_UPDATE_PRIVATE_KEY is not set')
const feeds = readdirSync(folder).filter((name) => /^latest.*\.yml$/.test(name))
if (feeds.length === 0) throw new Error(`${folder} holds no feed`)
for (const name of feeds) {
  const file = join(folder, name)
  const lines = readFileSync(file, 'utf8').split('\n')
  const text = lines.filter((line) => line !== '' && !line.startsWith('signature:')).join('\n')
  writeFileSync(file, `${text}\nsignature: ${signUpdate(Feed.parse(parse(text)), key)}\n`)
  process.stdout.write(`${name} is signed\n`)
}
