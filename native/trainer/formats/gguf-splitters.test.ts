import { describe, expect, test } from 'vitest'
import { preTokenizerOf, splitterName, splitterOf, splitters } from './gguf-splitters.ts'

const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false }
const split = (...patterns: string[]) => ({
  type: 'Sequence',
  pretokenizers: [
    ...patterns.map((Regex) => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false })),
    bytes,
  ],
})
const words = (digits: string) =>
  String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|${digits}` +
  String.raw`| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
const gpt4o =
  String.raw`[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+` +
  String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)?` +
  String.raw`|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*` +
  String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)?` +
  String.raw`|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
const tekken = gpt4o.replaceAll("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", '').replace('{1,3}', '')
const deepseek =
  '[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+' +
  '| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+'

describe('a way to split text', () => {
  test.each<[string, object, boolean, string | null]>([
    ['GPT-2', { ...bytes, use_regex: true }, false, 'gpt-2'],
    [
      'SmolLM',
      {
        type: 'Sequence',
        pretokenizers: [
          { type: 'Digits', individual_digits: true },
          { ...bytes, use_regex: true },
        ],
      },
      false,
      'smollm',
    ],
    ['Qwen 2', split(words(String.raw`\p{N}`)), false, 'qwen2'],
    ['Llama 3', split(words(String.raw`\p{N}{1,3}`)), true, 'llama-bpe'],
    ['Llama 3 whose merges count', split(words(String.raw`\p{N}{1,3}`)), false, 'smaug-bpe'],
    ['GPT-4o', split(gpt4o), false, 'gpt-4o'],
    ['Tekken', split(tekken), true, 'tekken'],
    [
      'DeepSeek 3, with line breaks in its pattern',
      split(String.raw`\p{N}{1,3}`, '[一-龥぀-ゟ゠-ヿ]+', deepseek),
      false,
      'deepseek-v3',
    ],
    ['Tekken whose merges count', split(tekken), false, null],
    ['words with another rule for numbers', split(words(String.raw`\p{N}{1,4}`)), false, null],
    ['words of Llama 3 and one rule more', split(words(String.raw`\p{N}{1,3}`), '-'), true, null],
    ['words of Llama 3 and no bytes', { ...split(words(String.raw`\p{N}{1,3}`)), pretokenizers: [] }, true, null],
    ['GPT-2 with a blank before', { ...bytes, use_regex: true, add_prefix_space: true }, false, null],
    ['Metaspace', { type: 'Metaspace', replacement: '▁' }, false, null],
    ['nothing', {}, false, null],
  ])('of %s has its own name or none', (_, preTokenizer, ignoresMerges, name) => {
    expect(splitterName(preTokenizer, ignoresMerges)).toBe(name)
  })

  test('has one meaning for each of llama.cpp’s names, and patterns that run', () => {
    const names = splitters.flatMap((splitter) => splitter.names)
    expect(new Set(names).size).toBe(names.length)
    for (const splitter of splitters) {
      expect(splitterOf(splitter.names[0] ?? '')).toBe(splitter)
      for (const pattern of splitter.own ?? splitter.patterns)
        expect([...'Dry WOOD, it’s 12345 naïve 灯塔\n\n'.matchAll(new RegExp(pattern, 'gu'))].length).toBeGreaterThan(0)
      expect(JSON.stringify(preTokenizerOf(splitter))).toContain('"use_regex":false')
    }
    expect(splitterOf('kimi-k2')).toBeUndefined()
    expect(splitterOf('constructor')).toBeUndefined()
  })
})
