import { createWriteStream } from 'node:fs'
import { appendFile, copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
// @ts-expect-error yazl has no types
import { ZipFile } from 'yazl'
import { everything, MediaRow } from '../../../../common/model/collection.ts'
import { speech, writePhoto, writeRecordingOf } from '../../../../test/support/media.ts'
import { decodeBytes, readAudio } from '../audio/read-audio.ts'
import { collectMedia } from './collect.ts'
import { galleryPage, judgeMedia } from './gallery.ts'
import { lookAlike } from './look-alikes.ts'
import { checkMedia, packageMedia } from './package-media.ts'
import { measurePicture, saidBeside } from './picture.ts'
import { encodeWav, measureRecording } from './recording.ts'
import { plainSound } from './tags.ts'
import { apart, tellVoices, voiceFrames, voiceOf } from './voices.ts'

let root: string
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'hearth-media-'))))
afterEach(() => rm(root, { recursive: true }))
const at = (...parts: string[]): string => join(root, ...parts)
const ROWS = 'data.jsonl'

/** A folder as somebody might bring it. */
async function holiday(): Promise<string> {
  const folder = at('holiday')
  await mkdir(join(folder, 'more', '.hidden'), { recursive: true })
  await writePhoto(join(folder, 'beach.jpg'), 'beach')
  await writePhoto(join(folder, 'beach again.jpg'), 'beach', { brighter: 1.05 })
  await writePhoto(join(folder, 'blurred.png'), 'forest', { blur: 6 })
  await writePhoto(join(folder, 'more', 'tower.webp'), 'tower', { width: 64, height: 48 })
  await copyFile(join(folder, 'beach.jpg'), join(folder, 'more', 'same.jpg'))
  await writePhoto(join(folder, 'more', '.hidden', 'secret.jpg'), 'secret')
  await writeRecordingOf(
    join(folder, 'anna.wav'),
    speech({ pitch: 210, tract: 1.12 }, 'anna 1', 8),
    'Anna at home, Lindenweg 4',
  )
  await writeRecordingOf(join(folder, 'short.wav'), speech({ pitch: 110, tract: 0.9 }, 'tom 1', 0.4))
  await writeFile(join(folder, 'broken.jpg'), 'no picture at all')
  await writeFile(join(folder, 'notes.txt'), 'neither')
  return folder
}
async function collected(): Promise<{ folder: string; skipped: Map<string, number> }> {
  const [folder, skipped] = [at('collection'), new Map<string, number>()]
  await collectMedia(
    [await holiday()],
    folder,
    (why) => void skipped.set(why, (skipped.get(why) ?? 0) + 1),
    () => {},
  )
  return { folder, skipped }
}

describe('a collection', () => {
  test('takes each picture and recording once, and counts what it passes over', async () => {
    const { folder, skipped } = await collected()
    const { report, hidden } = await judgeMedia(folder, everything)
    expect(report.pictures.items).toBe(4)
    expect(report.recordings.items).toBe(2)
    expect(report.duplicates).toEqual({ exact: 0, near: 1 })
    expect(Object.fromEntries(skipped)).toEqual({
      'hidden files and folders': 1,
      'there already': 1,
      'files that cannot be read': 1,
      'files that are neither pictures nor recordings': 1,
    })
    expect(hidden).toMatchObject({ located: 4, saying: 4 })
  })

  test('an archive is read from within', async () => {
    await writePhoto(at('a.jpg'), 'a')
    const zip = new ZipFile()
    zip.addFile(at('a.jpg'), 'deep/in/it.jpg')
    zip.addBuffer(Buffer.from('x'), 'deep/readme.txt')
    zip.end()
    await pipeline(zip.outputStream, createWriteStream(at('photos.zip')))
    expect(
      await collectMedia(
        [at('photos.zip')],
        at('collection'),
        () => {},
        () => {},
      ),
    ).toEqual({ items: 1, broken: [] })
  })

  test('a broken recording does not take the others with it, and is called what its owner calls it', async () => {
    const folder = at('in')
    await mkdir(folder)
    await writeRecordingOf(join(folder, 'good.wav'), speech({ pitch: 120, tract: 1 }, 'good', 1))
    const good = await readFile(join(folder, 'good.wav'))
    const float = (values: number[], rate = 8000): Buffer => {
      const made = Buffer.concat([good.subarray(0, 44), Buffer.from(Float32Array.from(values).buffer)])
      made.writeUInt16LE(3, 20)
      made.writeUInt32LE(rate, 24)
      made.writeUInt16LE(4, 32)
      made.writeUInt16LE(32, 34)
      made.writeUInt32LE(4 * values.length, 40)
      return made
    }
    const cut = Buffer.from(good)
    cut.writeUInt32LE(0, 4)
    cut.writeUInt32LE(0, 40)
    const files: Record<string, Buffer> = {
      'cut off.wav': cut.subarray(0, 8044),
      'empty.mp3': Buffer.alloc(0),
      'infinite.wav': float([0.1, Infinity, 0.1]),
      'nan.wav': float([0.1, NaN, 0.1]),
      'noise.flac': Buffer.from('fLaC but no more'),
      'no sound.wav': good.subarray(0, 44),
      'slow.wav': float([0.1, 0.2, 0.1], 1),
      'swift.wav': float([0.1, 0.2, 0.1], 4_000_000_000),
    }
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
    const skipped = new Map<string, number>()
    const { items, broken } = await collectMedia(
      [folder],
      at('collection'),
      (why) => void skipped.set(why, (skipped.get(why) ?? 0) + 1),
      () => {},
    )
    expect(items).toBe(2)
    expect(broken.toSorted()).toEqual(
      Object.keys(files)
        .filter((name) => name !== 'cut off.wav')
        .toSorted(),
    )
    expect(Object.fromEntries(skipped)).toEqual({ 'files that cannot be read': 7 })
    const written = await packageMedia(at('collection'), everything, at('out'), ROWS, () => {})
    expect(written).toMatchObject({ items: 2, broken: [] })
    const sizes = await Promise.all(
      (await readdir(at('out', 'files'))).map((name) => readFile(at('out', 'files', name))),
    )
    expect(sizes.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([8044, good.length])
    await checkMedia(at('out'), ROWS, written.report, () => {})
  })

  test('what breaks after it was brought stays, and the others leave', async () => {
    const { folder } = await collected()
    const [name] = (await readdir(join(folder, 'files'))).filter((file) => file.endsWith('.wav'))
    await writeFile(join(folder, 'files', name ?? ''), 'RIFF')
    const { items, broken } = await packageMedia(folder, everything, at('out'), ROWS, () => {})
    expect(items).toBe(5)
    expect(broken).toHaveLength(1)
    expect(broken[0]).toMatch(/^(?:anna|short)\.wav$/)
    expect(await readdir(at('out', 'files'))).toHaveLength(5)
  })

  test('choices leave out by hand and by figures, and the gallery says why', async () => {
    const { folder } = await collected()
    const { rows } = await galleryPage(folder, everything, 'least sharp', 0, 50)
    expect(rows[0]!.item.name).toBe('blurred.png')
    expect(rows[0]!.thumbnail).toMatch(/^data:image\/webp;base64,/)
    const anna = rows.find(({ item }) => item.name === 'anna.wav')!.item
    const sharpness = (rows[0]!.item.facts as { sharpness: number }).sharpness
    const choices = {
      ...everything,
      without: [anna.id],
      filters: { ...everything.filters, duplicates: true, sharpness: sharpness * 1.01, side: 60, seconds: 1 },
    }
    const { leaving } = await judgeMedia(folder, choices)
    expect(leaving.dropped).toEqual({ 'by hand': 1, 'too short': 1, 'too small': 1, 'not sharp': 1, 'looks alike': 1 })
    expect(leaving.items).toBe(1)
    expect(
      (await galleryPage(folder, choices, 'brought', 0, 50)).rows.filter(({ dropped }) => dropped === null),
    ).toHaveLength(1)
  })

  test('nothing leaves but pictures and sound: no place, no name, no word of theirs', async () => {
    const { folder } = await collected()
    expect((await readFile(at('holiday', 'anna.wav'))).includes('Lindenweg')).toBe(true)
    const { items, report } = await packageMedia(folder, everything, at('out'), ROWS, () => {})
    expect(items).toBe(6)
    expect(report.pictures.items).toBe(4)
    const files = await readdir(at('out', 'files'))
    for (const file of [join('files', files[0]!), ...files.slice(1).map((name) => join('files', name)), ROWS]) {
      const bytes = await readFile(at('out', file))
      for (const word of ['Berger', 'Testcam', 'Lindenweg', 'Exif', 'beach', 'anna.wav'])
        expect(bytes.includes(word), `${file}: ${word}`).toBe(false)
    }
    for (const name of files.filter((file) => !file.endsWith('.wav')))
      expect(await saidBeside(at('out', 'files', name)), name).toEqual({ located: false, says: [] })
    // The sound itself is the same to the sample.
    const anna = (await readFile(at('out', ROWS), 'utf8'))
      .split('\n')
      .filter(Boolean)
      .map((line) => MediaRow.parse(JSON.parse(line)))
      .find((row) => row.kind === 'recording' && row.seconds > 1)!
    expect((await readAudio(at('out', anna.path))).samples).toEqual(
      (await readAudio(at('holiday', 'anna.wav'))).samples,
    )
  })

  test('a picture takes along no text of its format, no second picture and nothing behind its end', async () => {
    const folder = at('in')
    await mkdir(folder)
    const image = sharp(Buffer.from(Array.from({ length: 48 * 48 * 3 }, (_, i) => (i * 7) % 256)), {
      raw: { width: 48, height: 48, channels: 3 },
    })
    const said = Buffer.from('Anna Berger, Lindenweg 4')
    const chunk = (type: string, content: Buffer): Buffer => {
      const [head, foot] = [Buffer.alloc(8), Buffer.alloc(4)]
      head.writeUInt32BE(content.length, 0)
      head.write(type, 4)
      foot.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), content])))
      return Buffer.concat([head, content, foot])
    }
    const before = (bytes: Buffer, end: number, ...added: Buffer[]): Buffer =>
      Buffer.concat([bytes.subarray(0, -end), ...added, bytes.subarray(-end)])
    const png = await image.png().toBuffer()
    const gif = await image.gif().toBuffer()
    const jpeg = await image.jpeg().withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">Anna Berger</x:xmpmeta>').toBuffer()
    const iptc = Buffer.concat([
      Buffer.from([0xff, 0xed, 0, 2 + said.length + 14]),
      Buffer.from('Photoshop 3.0\0'),
      said,
    ])
    const files: Record<string, Buffer> = {
      'text.png': before(png, 12, chunk('tEXt', Buffer.concat([Buffer.from('Author\0'), said]))),
      'international.png': before(png, 12, chunk('iTXt', Buffer.concat([Buffer.from('Title\0\0\0\0\0'), said]))),
      'uncropped.png': Buffer.concat([png, said]),
      'comment.gif': before(gif, 1, Buffer.from([0x21, 0xfe, said.length]), said, Buffer.from([0])),
      'xmp.jpg': jpeg,
      'iptc.jpg': Buffer.concat([jpeg.subarray(0, 2), iptc, jpeg.subarray(2)]),
      'motion.jpg': Buffer.concat([await image.jpeg({ quality: 70 }).toBuffer(), Buffer.from('....ftypmp42'), said]),
      'exif.webp': await image
        .webp()
        .withExif({ IFD0: { Artist: 'Anna Berger' } })
        .toBuffer(),
      'exif.avif': await image
        .avif()
        .withExif({ IFD0: { Artist: 'Anna Berger' } })
        .toBuffer(),
      'exif.tif': await image
        .tiff()
        .withExif({ IFD0: { Artist: 'Anna Berger' } })
        .toBuffer(),
    }
    for (const [name, bytes] of Object.entries(files)) {
      expect(bytes.includes('Anna'), name).toBe(true)
      await writeFile(join(folder, name), bytes)
    }
    const { broken } = await collectMedia(
      [folder],
      at('collection'),
      () => {},
      () => {},
    )
    expect(broken).toEqual([])
    expect((await packageMedia(at('collection'), everything, at('out'), ROWS, () => {})).items).toBe(10)
    for (const name of await readdir(at('out', 'files'))) {
      const bytes = await readFile(at('out', 'files', name))
      for (const word of ['Anna', 'Lindenweg', 'Exif', 'xmpmeta', 'Photoshop', 'ftypmp42'])
        expect(bytes.includes(word), `${name}: ${word}`).toBe(false)
    }
  })

  test('a buyer’s check holds files to rows and rows to the report', async () => {
    const { folder } = await collected()
    const { report } = await packageMedia(folder, everything, at('out'), ROWS, () => {})
    const check = (promised = report) => checkMedia(at('out'), ROWS, promised, () => {})
    await check()
    await expect(check({ ...report, pictures: { ...report.pictures, items: 5 } })).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
    })
    const rows = await readFile(at('out', ROWS), 'utf8')
    await writeFile(at('out', ROWS), rows.replace(/"sharpness":[\d.]+/, '"sharpness":90000'))
    await expect(check()).rejects.toThrow('its sharpness is')
    // What a preview shows must be what is delivered.
    const all = rows
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as Record<string, unknown>)
    const pictures = all.filter(({ kind }) => kind === 'picture')
    const [first, sound] = [pictures[0]!, all.find(({ kind }) => kind === 'recording')!]
    const said = (change: Record<string, unknown>, row = first) =>
      writeFile(at('out', ROWS), rows.replace(JSON.stringify(row), JSON.stringify({ ...row, ...change })))
    await said({
      thumbnail: pictures.find(({ look }) => !lookAlike(String(look), String(first['look'])))!['thumbnail'],
    })
    await expect(check()).rejects.toThrow('its small copy shows something else')
    await said({ thumbnail: 'data:image/webp;base64,AAAA' })
    await expect(check()).rejects.toThrow('its small copy shows something else')
    await said({ look: '0123456789abcdef' })
    await expect(check()).rejects.toThrow('it looks different')
    await said({ brightness: (first['brightness'] as number) + 0.04 })
    await expect(check()).rejects.toThrow('its brightness is')
    await said({ envelope: (sound['envelope'] as number[]).toReversed() }, sound)
    await expect(check()).rejects.toThrow('it is loud elsewhere')
    await said({ range: null }, sound)
    await expect(check()).rejects.toThrow('its range is')
    await writeFile(at('out', ROWS), rows)
    await appendFile(at('out', 'files', (await readdir(at('out', 'files')))[0]!), 'x')
    await expect(check()).rejects.toThrow('its bytes are others')
    await writeFile(at('out', ROWS), rows.replace('files/000001', '../../etc/pw1'))
    await expect(check()).rejects.toThrow('row 1 describes no picture')
  })
})

describe('figures', () => {
  test('of a picture: upright size, and less sharp the more it is blurred', async () => {
    const values: number[] = []
    for (const blur of [0, 1, 3]) {
      await writePhoto(at('p.png'), 'p', { blur })
      values.push((await measurePicture(at('p.png'))).sharpness)
    }
    expect(values).toEqual(values.toSorted((a, b) => b - a))
    expect(values[0]! / values[2]!).toBeGreaterThan(5)
    await sharp(at('p.png')).withMetadata({ orientation: 6 }).jpeg().toFile(at('turned.jpg'))
    expect(await measurePicture(at('turned.jpg'))).toMatchObject({ width: 240, height: 320 })
  })

  test('of a recording: clipping, silence and its range', () => {
    const rate = 16_000
    const tone = Float64Array.from({ length: rate }, (_, i) =>
      i < rate / 2 ? 0 : Math.max(-1, Math.min(1, 1.5 * Math.sin((2 * Math.PI * 100 * i) / rate))),
    )
    const facts = measureRecording({ channels: [tone], rate })
    expect(facts).toMatchObject({ seconds: 1, rate, range: null, silent: 0.5 })
    // |1.5 sin| ≥ 1 for 53.5 % of a period, and half of it sounds.
    expect(facts.clipped).toBeCloseTo(0.268, 2)
    expect(facts.envelope.slice(0, 31)).toEqual(Array(31).fill(0))
    const noisy = Float64Array.from(tone, (value, i) => 0.3 * value + 0.01 * Math.sin(i * i))
    const { range, clipped } = measureRecording({ channels: [noisy], rate })
    expect(clipped).toBe(0)
    // A tone of 0.2 … over one of 0.0071, in decibels.
    expect(range!).toBeGreaterThan(25)
    expect(range!).toBeLessThan(35)
  })
})

describe('what a recording says beside its sound', () => {
  // 128 kilobits and 44,100 samples a second: 417 bytes a frame.
  const frame = Buffer.from([0xff, 0xfb, 0x90, 0x64, ...Array<number>(413).fill(7)])
  const frames = Buffer.concat([frame, frame, frame])
  const id3v2 = Buffer.concat([
    Buffer.from('ID3'),
    Buffer.from([4, 0, 0, 0, 0, 0, 20]),
    Buffer.from('TPE1 Anna Berger    '),
  ])
  const id3v1 = Buffer.concat([Buffer.from('TAGAnna Berger'), Buffer.alloc(114)])
  const ape = ((): Buffer => {
    const footer = Buffer.alloc(32)
    footer.write('APETAGEX')
    footer.writeUInt32LE(52, 12)
    return Buffer.concat([Buffer.from('Artist=Anna Berger  '), footer])
  })()

  test('is taken off MP3 files wherever it stands', () => {
    expect(plainSound(Buffer.concat([id3v2, id3v2, frames, ape, id3v1]))).toEqual({ extension: '.mp3', bytes: frames })
    expect(
      plainSound(Buffer.concat([Buffer.from('ID3'), Buffer.from([4, 0, 0, 127, 127, 127, 127]), frames])),
    ).toBeNull()
  })

  const lyrics = (version: 1 | 2): Buffer => {
    const text = 'LYRICSBEGININD0000200ETT00011Anna Berger'
    return Buffer.from(version === 1 ? `${text}LYRICSEND` : `${text}${String(text.length).padStart(6, '0')}LYRICS200`)
  }
  const appended = (footer: boolean): Buffer => {
    const head = Buffer.from([...Buffer.from('ID3'), 4, 0, footer ? 0x10 : 0, 0, 0, 0, 20])
    const foot = Buffer.concat([Buffer.from('3DI'), head.subarray(3)])
    return Buffer.concat([head, Buffer.from('TPE1 Anna Berger    '), footer ? foot : Buffer.alloc(0)])
  }
  const headed = Buffer.concat([ape.subarray(20), ape])
  headed.writeUInt32LE(0x80000000, headed.length - 12)
  const enhanced = Buffer.concat([Buffer.from('TAG+Anna Berger'), Buffer.alloc(212), id3v1])

  test.each<[string, Buffer[]]>([
    ['an ID3v2 tag behind it, with its footer', [frames, appended(true)]],
    ['an ID3v2 tag behind it, without', [frames, appended(false)]],
    ['an ID3v2 tag before, amid and behind it', [id3v2, frame, id3v2, frame, frame, appended(true)]],
    ['lyrics', [frames, lyrics(2), id3v1]],
    ['lyrics of the first version', [frames, lyrics(1), id3v1]],
    ['an enhanced tag', [frames, enhanced]],
    ['zeros and a tag before it', [Buffer.alloc(2000), headed, frames]],
    ['all of them', [id3v2, frames, appended(true), ape, lyrics(2), id3v1]],
    ['all of them in another order', [frames, lyrics(1), ape, id3v1, appended(false)]],
    ['tags of titles that were joined', [id3v2, frame, headed, id3v1, id3v2, frame, lyrics(2), frame, id3v1]],
    ['half a frame that a tag broke off', [frame, frame, frame, frame.subarray(0, 100), id3v1]],
  ])('is taken off an MP3 file that has %s', (_, parts) => {
    expect(plainSound(Buffer.concat(parts))).toEqual({ extension: '.mp3', bytes: frames })
  })

  test('is taken off an MP3 file that has a note that no program reads, with the frame before it', () => {
    // Whether that frame is whole or the note stands in it, nobody can tell.
    expect(plainSound(Buffer.concat([frames, frame, Buffer.from('Anna Berger')]))?.bytes).toEqual(frames)
  })

  test('is not taken off where frames may be lost, or a tag has no end', () => {
    const free = Buffer.from([0xff, 0xfb, 0x00, 0x64, ...Array<number>(9000).fill(7)])
    expect(plainSound(Buffer.concat([free, frames]))).toBeNull()
    expect(plainSound(Buffer.concat([frames, ...Array<Buffer>(20).fill(id3v1)]))).toBeNull()
    const size = Buffer.from(ape)
    size.writeUInt32LE(4_000_000_000, size.length - 20)
    expect(plainSound(Buffer.concat([frames, size]))).toBeNull()
  })

  const wav = (tag: string, length: number | null, sound: Buffer, rest = Buffer.alloc(0), before = Buffer.alloc(0)) => {
    const head = encodeWav({ channels: [Float64Array.of(0)], rate: 8000 }).subarray(0, 44)
    const made = Buffer.concat([head.subarray(0, 12), before, head.subarray(12), sound, rest])
    made.write(tag, 'latin1')
    made.writeUInt32LE(0, 4)
    made.writeUInt32LE(length ?? sound.length, 40 + before.length)
    return made
  }
  const sound = Buffer.from(Array.from({ length: 400 }, (_, i) => i % 100))
  const list = Buffer.concat([Buffer.from('LIST'), Buffer.from([12, 0, 0, 0]), Buffer.from('INFOAnna Ber')])
  const ds64 = Buffer.alloc(36)
  ds64.write('ds64')
  ds64.writeUInt32LE(28, 4)
  ds64.writeBigUInt64LE(400n, 16)
  test.each<[string, Buffer]>([
    ['as it should be', wav('RIFF', null, sound, list)],
    ['cut off before its length was written', wav('RIFF', 0, sound)],
    ['written into a pipe', wav('RIFF', 0xffffffff, sound)],
    ['written into a pipe and tagged', wav('RIFF', 0xffffffff, sound, id3v1)],
    ['longer by its header than it is', wav('RIFF', 4_000_000, sound)],
    ['RF64', wav('RF64', 0xffffffff, sound, list, ds64)],
    ['behind a chunk without its odd byte', wav('RIFF', null, sound, list, Buffer.from('LIST\x03\0\0\0abc', 'latin1'))],
    ['behind an ID3 tag', Buffer.concat([id3v2, wav('RIFF', null, sound, list)])],
  ])('of a WAVE file %s is nothing left, and all of its sound', async (_, file) => {
    const plain = plainSound(file)
    expect(plain).toEqual({ extension: '.wav', bytes: plainSound(wav('RIFF', null, sound))?.bytes })
    expect(plain?.bytes).toHaveLength(444)
    expect((await decodeBytes(file, 'it')).channels[0]).toHaveLength(200)
  })

  test('an empty WAVE file stays empty, whatever stands behind', async () => {
    expect(plainSound(wav('RIFF', 0, Buffer.alloc(0), list))?.bytes).toHaveLength(44)
    await expect(decodeBytes(wav('RIFF', 0, Buffer.alloc(0), list), 'it.wav')).rejects.toThrow('it.wav holds no sound')
    expect(plainSound(Buffer.from('RIFF    WAVELIST'))).toBeNull()
  })

  test('is not trusted to be gone where a file is of another kind than its name says', async () => {
    expect(plainSound(Buffer.from('....ftypM4A  moov udta Anna Berger'))).toBeNull()
    expect(plainSound(Buffer.from('OggS fLaC Anna Berger'))).toBeNull()
    // A WAVE file by the name of an MP3 leaves as the WAVE file that it is.
    await mkdir(at('in'))
    await writeRecordingOf(at('in', 'voice.mp3'), speech({ pitch: 120, tract: 1 }, 'misnamed', 1), 'Lindenweg 4')
    await collectMedia(
      [at('in')],
      at('collection'),
      () => {},
      () => {},
    )
    await packageMedia(at('collection'), everything, at('out'), ROWS, () => {})
    expect(await readdir(at('out', 'files'))).toEqual(['000001.wav'])
    expect((await readFile(at('out', 'files', '000001.wav'))).includes('Lindenweg')).toBe(false)
  })

  /** Bits over bytes, as FLAC's frames are checked (RFC 9639, 9.1.8 and 9.3). */
  const crc = (bytes: Buffer, width: number, polynomial: number): number => {
    const top = 1 << (width - 1)
    let sum = 0
    for (const byte of bytes) {
      sum ^= byte << (width - 8)
      for (let bit = 0; bit < 8; bit++) sum = (sum & top ? (sum << 1) ^ polynomial : sum << 1) & (2 * top - 1)
    }
    return sum
  }
  /** 192 samples as they are, rising: 8,000 a second, one channel, 16 bits. */
  function flacFrame(value: number, number: number): Buffer {
    const head = Buffer.from([0xff, 0xf8, 0x14, 0x08, number])
    const samples = Buffer.alloc(2 * 192)
    for (let i = 0; i < 192; i++) samples.writeInt16BE(value + 3 * i, 2 * i)
    const checked = Buffer.concat([head, Buffer.from([crc(head, 8, 0x07), 2]), samples])
    const sum = Buffer.alloc(2)
    sum.writeUInt16BE(crc(checked, 16, 0x8005))
    return Buffer.concat([checked, sum])
  }
  const flacFrames = Buffer.concat([100, 20_000, 300].map(flacFrame))
  const streaminfo = Buffer.alloc(34)
  streaminfo.writeUInt32BE((192 << 16) | 192)
  streaminfo.writeBigUInt64BE((8000n << 44n) | (15n << 36n) | 576n, 10)

  test.each<[string, Buffer[], Buffer[]]>([
    ['nothing', [], []],
    ['an ID3v1 tag, as EAC writes it', [], [id3v1]],
    ['an APE tag', [], [headed]],
    ['ID3v2 before and behind', [id3v2], [appended(true)]],
    ['lyrics and an enhanced tag', [], [lyrics(2), enhanced]],
  ])('a FLAC file with %s around it is heard', async (_, head, tail) => {
    const marked = Buffer.concat([Buffer.from('fLaC'), Buffer.from([0x80, 0, 0, 34]), streaminfo, flacFrames])
    const bytes = Buffer.concat([...head, marked, ...tail])
    const { channels, rate } = await decodeBytes(bytes, 'it.flac')
    expect([rate, channels.length, channels[0]?.length]).toEqual([8000, 1, 576])
    expect(plainSound(bytes)?.bytes.includes('Anna')).toBe(false)
    // Decoders pass over a note; with it the file is written anew.
    expect(plainSound(Buffer.concat([bytes, Buffer.from('Anna Berger')]))).toBeNull()
  })

  test('is taken off FLAC files; what players need stays', () => {
    const block = (type: number, last: boolean, content: Buffer): Buffer => {
      const head = Buffer.alloc(4)
      head.writeUIntBE(content.length, 1, 3)
      head[0] = type | (last ? 0x80 : 0)
      return Buffer.concat([head, content])
    }
    const flac = Buffer.concat([
      Buffer.from('fLaC'),
      block(0, false, streaminfo),
      block(4, false, Buffer.from('Anna Berger')),
      block(6, true, Buffer.alloc(60)),
      flacFrames,
    ])
    expect(plainSound(flac)).toEqual({
      extension: '.flac',
      bytes: Buffer.concat([Buffer.from('fLaC'), block(0, true, streaminfo), flacFrames]),
    })
    for (const tags of [
      [id3v1],
      [ape],
      [ape, id3v1],
      [lyrics(2), id3v1],
      [appended(true)],
      [appended(false), enhanced],
    ])
      expect(plainSound(Buffer.concat([id3v2, flac, ...tags]))).toEqual(plainSound(flac))
    for (let length = 0; length < flac.length - flacFrames.length; length++)
      expect(plainSound(flac.subarray(0, length)), String(length)).toBeNull()
  })
})

describe('voices', () => {
  const speakers = [
    { pitch: 105, tract: 0.88 },
    { pitch: 125, tract: 1.0 },
    { pitch: 215, tract: 1.13 },
    { pitch: 260, tract: 1.25 },
  ]
  const say = (speaker: number, take: number, seconds: number) =>
    voiceFrames(speech(speakers[speaker]!, `${speaker} ${take}`, seconds), 16_000)!

  test.each([
    [4, 3, 12],
    [2, 2, 8],
    [3, 2, 20],
  ])(
    '%i of them are told apart by how they sound in %i recordings of %i s each, whatever is said',
    (count, takes, seconds) => {
      const said = Array.from({ length: count }, (_, s) => s).flatMap((s) =>
        Array.from({ length: takes }, (_, take) => ({ s, frames: say(s, take, seconds) })),
      )
      const pairs = (same: boolean): number[] =>
        said.flatMap((a, i) =>
          said.flatMap((b, j) =>
            i < j && (a.s === b.s) === same ? [apart(voiceOf(a.frames), voiceOf(b.frames))] : [],
          ),
        )
      process.stdout.write(
        `voices: ${count}, ${seconds} s: nearest strangers ${Math.min(...pairs(false)).toFixed(1)}, farthest of ` +
          `one voice ${Math.max(...pairs(true)).toFixed(1)}; 0 parts them\n`,
      )
      expect(tellVoices(said.map(({ frames }) => frames))).toEqual(said.map(({ s }) => s + 1))
    },
  )

  test('one voice alone stays one, and silence is nobody', () => {
    expect(tellVoices([say(0, 0, 10), say(0, 1, 10), say(0, 2, 10)])).toEqual([1, 1, 1])
    expect(tellVoices([null, say(1, 0, 8), null])).toEqual([null, 1, null])
    expect(voiceFrames(new Float64Array(1000), 16_000)).toBeNull()
  })
})
