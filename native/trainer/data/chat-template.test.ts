import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ChatTemplate } from './chat-template.ts'
import type { Message } from './chat-rows.ts'
import { tokenizerFilesOf } from './tokenizer-files.ts'

const root = await mkdtemp(join(tmpdir(), 'hearth-templates-'))
afterAll(() => rm(root, { recursive: true }))

const specials = { bos_token: '<s>', eos_token: '</s>' }
const say = (name: string) =>
  `{% for m in messages %}${name} {{ m.role }}: {{ m.content }}\n{% endfor %}` +
  `{% if add_generation_prompt %}${name} assistant: {% endif %}`
const chat: readonly Message[] = [
  { role: 'user', content: 'a' },
  { role: 'assistant', content: 'b' },
]
const made = (templates: Record<string, string>, chosen: string | null = null, tokens: readonly string[] = []) =>
  new ChatTemplate(new Map(Object.entries(templates)), chosen, specials, (token) => tokens.includes(token))

describe('the templates of a folder', () => {
  const read = async (name: string, files: Record<string, unknown>) => {
    const folder = join(root, name)
    await mkdir(join(folder, 'additional_chat_templates'), { recursive: true })
    for (const [file, value] of Object.entries({ 'tokenizer.json': {}, ...files }))
      await writeFile(join(folder, file), typeof value === 'string' ? value : JSON.stringify(value))
    return tokenizerFilesOf(folder)
  }
  const list = [
    { name: 'default', template: 'D' },
    { name: 'tool_use', template: 'T' },
  ]

  test.each<[string, Record<string, unknown>, Record<string, string>]>([
    ['none', {}, {}],
    ['config', { 'tokenizer_config.json': { chat_template: 'C' } }, { default: 'C' }],
    ['list', { 'tokenizer_config.json': { chat_template: list } }, { default: 'D', tool_use: 'T' }],
    ['file', { 'tokenizer_config.json': { chat_template: 'C' }, 'chat_template.jinja': 'F' }, { default: 'F' }],
    [
      'files',
      {
        'tokenizer_config.json': { chat_template: list },
        'chat_template.jinja': 'F',
        'additional_chat_templates/rag.jinja': 'R',
      },
      { default: 'F', rag: 'R' },
    ],
    [
      'only others',
      { 'tokenizer_config.json': { chat_template: 'C' }, 'additional_chat_templates/rag.jinja': 'R' },
      { rag: 'R' },
    ],
    ['a processor’s', { 'chat_template.json': { chat_template: 'P' } }, {}],
  ])('are read in the order of transformers: %s', async (name, files, right) => {
    expect(Object.fromEntries((await read(name, files)).templates)).toEqual(right)
  })

  test('come with special tokens as text or as objects, and from the older file', async () => {
    const { config } = await read('objects', {
      'tokenizer_config.json': {
        bos_token: { __type: 'AddedToken', content: '<s>' },
        eos_token: '</s>',
        pad_token: null,
      },
    })
    expect(config).toMatchObject({ bos_token: '<s>', eos_token: '</s>' })
    const older = await read('older', {
      'tokenizer_config.json': { eos_token: '</old>' },
      'special_tokens_map.json': { eos_token: { content: '</s>' }, bos_token: '<s>' },
    })
    expect(older.config).toMatchObject({ bos_token: '<s>', eos_token: '</s>' })
  })
})

describe('a chat', () => {
  test('is written by the default template, by the one for tools where there are any, or by the chosen one', () => {
    const templates = { default: say('D'), tool_use: say('T'), rag: say('R') }
    expect(made(templates).render(chat, null).text).toBe('D user: a\nD assistant: b\n')
    expect(made(templates).render(chat, [{}]).text).toMatch(/^T user/)
    expect(made(templates, 'rag').render(chat, [{}]).text).toMatch(/^R user/)
    expect(made({ default: say('D') }).render(chat, [{}]).text).toMatch(/^D user/)
  })

  test('is refused without a template, and the words say what may be chosen', () => {
    expect(() => made({}).render(chat, null)).toThrow(
      expect.objectContaining({
        code: 'MODEL_UNSUPPORTED',
        message: expect.stringMatching(/chatml or plain/) as string,
      }),
    )
    expect(() => made({ rag: say('R') }).render(chat, null)).toThrow(/none of them is the default.*“rag”/)
    expect(() => made({}, 'alpaca')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
    expect(() => made({}, 'constructor')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }))
  })

  test('is ChatML only for a model that has its tokens, and plain for any', () => {
    expect(() => made({}, 'chatml', ['<|im_start|>'])).toThrow(/<\|im_end\|>/)
    expect(made({}, 'chatml', ['<|im_start|>', '<|im_end|>']).render(chat, null)).toEqual({
      text: '<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n',
      answers: [{ from: 51, to: 63, learnt: true }],
    })
    const { text, answers } = made({}, 'plain').render(chat, null)
    expect(text).toBe('User: a\n\nAssistant: b</s>\n\n')
    expect(answers.map(({ from, to }) => text.slice(from, to))).toEqual([' b</s>\n\n'])
  })

  test('ends with its last answer, and an answer of weight 0 is not learnt', () => {
    const weighed = [
      { role: 'assistant', content: 'x', weight: 0 as const },
      ...chat,
      { role: 'user', content: 'last' },
    ]
    const { text, answers } = made({ default: say('D') }).render(weighed, null)
    expect(text).not.toContain('last')
    expect(answers.map(({ learnt }) => learnt)).toEqual([false, true])
    expect(() => made({ default: '{{ messages[0].weight }}' }).render(weighed, null)).not.toThrow()
  })

  test('is split where the template says so, with its blanks gone', () => {
    const template =
      '{%- for m in messages %}\n  {%- if m.role == "assistant" %}\n    {% generation %}\n{{ m.content }}!' +
      '{%- endgeneration %}\n  {%- else %}{{ m.content }}:{% endif %}\n{%- endfor %}'
    const { text, answers } = made({ default: template }).render([...chat, ...chat], null)
    expect(text).toBe('a:b!a:b!')
    expect(answers.map(({ from, to }) => text.slice(from, to))).toEqual(['b!', 'b!'])
  })

  test('whose template leaves out a tool’s words or a call is refused by the role', () => {
    const tool = [chat[0], { role: 'assistant', content: 'c' }, { role: 'tool', content: 'seen' }, chat[1]] as Message[]
    const talk = '{% for m in messages if m.role != "tool" %}{{ m.role }} {{ m.content }}\n{% endfor %}'
    expect(() => made({ default: talk }).render(tool, null)).toThrow(/messages of the role tool/)
    expect(made({ default: say('D') }).render(tool, null).text).toContain('D tool: seen')
    const call = [{ ...chat[1], tool_calls: [{ type: 'function', function: { name: 'f' } }] }] as Message[]
    expect(() => made({ default: talk }).render(call, null)).toThrow(/calls of tools/)
  })

  test('whose template rewrites earlier answers, or fails, is refused in words', () => {
    const last = '{% for m in messages %}{% if loop.last %}!{% endif %}{{ m.content }}{% endfor %}'
    expect(() => made({ default: last }).render([...chat, ...chat], null)).toThrow(/rewrites earlier messages/)
    expect(() => made({ default: "{{ raise_exception('no system') }}" }).render(chat, null)).toThrow(/no system/)
  })
})
