import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoBase, demoLetters } from '../../../test/support/demo.ts'
import { compute, smallRun } from '../../../test/support/training-runs.ts'
import { TextTokenizer } from '../data/tokenizer.ts'
import { compose, merge, prepare, trainRun } from '../service.ts'
import { runFiles } from '../run/train.ts'
import { Random } from '../random.ts'
import { encodeGguf, gguf } from './gguf.ts'

let folder: string
const at = (name: string) => join(folder, name)
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'hearth-gguf-tokenizer-'))))
afterAll(() => rm(folder, { recursive: true }))

const texts = [
  '',
  'The keeper lit the lamp.',
  '  two  spaces\n\nand lines\t',
  'naïve café — 12345 ≠ 6.7',
  '灯塔 🔥',
  '<|im_start|>user\nHi<|im_end|>',
  "it's John’s; they'll go",
]

describe('the tokenizer inside a GGUF file', () => {
  test('of the byte-level kind gives the tokens of its folder, and a run can start from the file', async () => {
    const run = at('run')
    const recipe = await smallRun(run)
    for await (const _ of trainRun(run, demoBase, compute, 'recompute'));
    const file = at('merged.gguf')
    await merge(demoBase, runFiles(run).adapter, file, 'gguf')
    const [own, original] = [await TextTokenizer.open(file), await TextTokenizer.open(demoBase)]
    for (const text of texts) expect(own.encode(text), text).toEqual(original.encode(text))
    expect(own.endOfText).toBe(original.endOfText)
    const chat = [
      { role: 'user' as const, content: 'Hi' },
      { role: 'assistant' as const, content: 'Good evening' },
    ]
    expect(own.encodeChat(chat)).toEqual(original.encodeChat(chat))

    const second = at('second')
    const options = {
      files: [at('letters.jsonl')],
      folder: second,
      sequenceLength: 64,
      heldOutShare: 0.2,
      seed: 's',
      classify: false,
    }
    await writeFile(at('letters.jsonl'), (await readFile(demoLetters, 'utf8')).split('\n').slice(0, 12).join('\n'))
    const fromFile = await prepare({ ...options, base: file }, () => {})
    const chosen = { ...options, base: demoBase, template: 'chatml' }
    expect((await prepare(chosen, () => {})).root).toBe(fromFile.root)
    const {
      base: { format },
      batch: { sequences, accumulation },
      ...wish
    } = recipe
    await compose({
      folder: second,
      base: file,
      seed: '7'.repeat(64),
      profile: 'cpu',
      threads: 2,
      wish: {
        ...wish,
        format,
        batch: { sequences, accumulation },
        steps: 2,
        checkpointEvery: 2,
        evaluateEvery: 2,
        schedule: { kind: 'constant', warmup: 0 },
      },
    })
    for await (const _ of trainRun(second, file, compute, 'recompute'));
    expect((await readFile(join(runFiles(second).adapter, 'adapter_config.json'), 'utf8')).length).toBeGreaterThan(0)
    // Whoever uses the adapter learns which template was chosen for it.
    expect(await readFile(join(runFiles(second).adapter, 'chat_template.jinja'), 'utf8')).toContain('<|im_start|>')
    await prepare({ ...options, base: demoBase }, () => {})
    await expect(readFile(runFiles(second).template)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  /** SentencePiece as llama.cpp does it: again and again the neighbours that make the token of the highest score. */
  function reference(text: string, scores: ReadonlyMap<string, number>): string[] {
    let symbols = Array.from(`▁${text.replaceAll(' ', '▁')}`)
    for (;;) {
      let best = -1
      for (let i = 0; i + 1 < symbols.length; i++) {
        const score = scores.get(symbols[i]! + symbols[i + 1]!)
        if (score !== undefined && (best < 0 || score > scores.get(symbols[best]! + symbols[best + 1]!)!)) best = i
      }
      if (best < 0) break
      symbols = [...symbols.slice(0, best), symbols[best]! + symbols[best + 1]!, ...symbols.slice(best + 2)]
    }
    return symbols.flatMap((symbol) =>
      scores.has(symbol)
        ? [symbol]
        : [...Buffer.from(symbol)].map((byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
    )
  }

  test('of the SentencePiece kind gives the tokens of the algorithm, with bytes for unknown text', async () => {
    const bytes = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`)
    const random = new Random('pieces')
    const letters = '▁etaoinshrdlu.'.split('')
    const pieces = new Set<string>(letters)
    while (pieces.size < 300) {
      const known = [...pieces]
      pieces.add(known[random.below(known.length)]! + known[random.below(Math.min(known.length, 40))]!)
    }
    const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...pieces]
    const scores = tokens.map((_, id) => -id)
    const types = tokens.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1))
    const path = at('spm.gguf')
    await writeFile(
      path,
      encodeGguf(
        {
          'general.architecture': gguf.string('llama'),
          'tokenizer.ggml.model': gguf.string('llama'),
          'tokenizer.ggml.tokens': gguf.strings(tokens),
          'tokenizer.ggml.scores': gguf.float32s(scores),
          'tokenizer.ggml.token_type': gguf.int32s(types),
          'tokenizer.ggml.bos_token_id': gguf.uint32(1),
          'tokenizer.ggml.eos_token_id': gguf.uint32(2),
        },
        [{ name: 'none', shape: [1], data: new Float32Array(1) }],
      ),
    )
    const tokenizer = await TextTokenizer.open(path)
    const known = new Map(tokens.map((token, id) => [token, scores[id]!]).slice(259) as [string, number][])
    const words = [
      'the rain in spain',
      'shore to shore.',
      'unknown: XYZ é',
      ...Array.from({ length: 40 }, () =>
        Array.from({ length: 12 }, () => ' etaoinshrdlu.'.charAt(random.below(14))).join(''),
      ),
    ]
    for (const text of words)
      expect(
        tokenizer.encode(text).map((id) => tokens[id]),
        text,
      ).toEqual(reference(text, known))
    expect(tokenizer.endOfText).toBe(2)
  })

  test.each([
    ['wordpiece', { 'tokenizer.ggml.model': gguf.string('bert') }, 'MODEL_UNSUPPORTED'],
    ['no tokens', { 'tokenizer.ggml.model': gguf.string('gpt2') }, 'MODEL_BROKEN'],
    ['nothing', {}, 'MODEL_UNSUPPORTED'],
  ])('with %s is refused in words', async (name, metadata, code) => {
    const path = at(`${name}.gguf`)
    await writeFile(
      path,
      encodeGguf({ 'general.architecture': gguf.string('llama'), ...metadata }, [
        { name: 'none', shape: [1], data: new Float32Array(1) },
      ]),
    )
    await expect(TextTokenizer.open(path)).rejects.toMatchObject({ code })
  })
})
