// Draws the app's icons from one shape: npm run icons. The results are kept, so that nothing is drawn at a build.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'

const resources = join(import.meta.dirname, '..', 'resources')
const ARCH = 'M3 23V11a10 10 0 0 1 20 0v12'
const FLAME =
  'M13 22c-3.2 0-5-2-5-4.6 0-3.6 3.8-4.7 4-8.4 2.6 1.5 3 3.6 2.6 5 .9-.3 1.4-1 1.6-1.9 1.4 1.5 1.8 3.4 1.8 5.1' +
  'C18 20 16.2 22 13 22Z'

const shape = (arch: string, flame: string): string =>
  `<path d="${ARCH}" fill="none" stroke="${arch}" stroke-width="2.4" stroke-linecap="round"/>` +
  `<path d="${FLAME}" fill="${flame}"/>`
const svg = (inner: string, box = '0 0 26 26'): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" width="1024" height="1024">${inner}</svg>`)

/** On a tile with the margins of macOS' grid (824 of 1024 pixels). */
const icon = svg(
  `<rect x="100" y="100" width="824" height="824" rx="186" fill="#faf7f2"/>` +
    `<g transform="translate(252 252) scale(20)">${shape('#2a2521', '#c2531c')}</g>`,
  '0 0 1024 1024',
)
/** Warm on any bar, light or dark. */
const tray = svg(shape('#a8927d', '#d8632a'))
/** Of a template macOS takes the alpha alone. */
const template = svg(shape('#000', '#000'))

const png = (from: Buffer, size: number): Promise<Buffer> =>
  sharp(from).resize(size).png({ compressionLevel: 9 }).toBuffer()
const draw = async (from: Buffer, size: number, name: string): Promise<void> =>
  writeFileSync(join(resources, name), await png(from, size))

/** Windows': https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10), with PNG in each entry. */
async function ico(sizes: readonly number[]): Promise<Buffer> {
  const images = await Promise.all(sizes.map((size) => png(icon, size)))
  const head = Buffer.alloc(6 + 16 * sizes.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(sizes.length, 4)
  let at = head.length
  for (const [i, image] of images.entries()) {
    const entry = 6 + 16 * i
    // 256 is written as 0.
    head.writeUInt8(sizes[i]! % 256, entry)
    head.writeUInt8(sizes[i]! % 256, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(image.length, entry + 8)
    head.writeUInt32LE(at, entry + 12)
    at += image.length
  }
  return Buffer.concat([head, ...images])
}

/** macOS': a type for each size on plain and on fine screens, with its length and a PNG. */
async function icns(types: Readonly<Record<string, number>>): Promise<Buffer> {
  const part = (type: string, data: Buffer): Buffer => {
    const head = Buffer.from(`${type}\0\0\0\0`, 'latin1')
    head.writeUInt32BE(head.length + data.length, 4)
    return Buffer.concat([head, data])
  }
  const images = Object.entries(types).map(async ([type, size]) => part(type, await png(icon, size)))
  return part('icns', Buffer.concat(await Promise.all(images)))
}

mkdirSync(join(resources, 'icons'), { recursive: true })
await Promise.all([
  draw(icon, 1024, 'icon.png'),
  ico([16, 24, 32, 48, 64, 128, 256]).then((file) => writeFileSync(join(resources, 'icon.ico'), file)),
  icns({ ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 }).then((file) =>
    writeFileSync(join(resources, 'icon.icns'), file),
  ),
  ...[16, 24, 32, 48, 64, 128, 256, 512].map((size) => draw(icon, size, `icons/${size}x${size}.png`)),
  draw(tray, 32, 'tray.png'),
  draw(tray, 64, 'tray@2x.png'),
  draw(template, 16, 'trayTemplate.png'),
  draw(template, 32, 'trayTemplate@2x.png'),
])
