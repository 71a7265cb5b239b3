import { describe, expect, test } from 'vitest'
import { chatOf, type Message } from './chat-rows.ts'

const rolesOf = (row: Record<string, unknown>) => chatOf(row)?.messages.map(({ role }) => role)
const turns = (...messages: Record<string, unknown>[]): readonly Message[] => chatOf({ messages })?.messages ?? []

describe('turns of a row', () => {
  test('of ShareGPT: a call is the assistant’s, what a tool gives back is not', () => {
    const from = ['system', 'human', 'function_call', 'observation', 'GPT', 'user', 'tool', 'function_response']
    expect(rolesOf({ conversations: from.map((name) => ({ from: name, value: 'x' })) })).toEqual(
      'system user assistant tool assistant user tool tool'.split(' '),
    )
  })

  test('of OpenAI keep the names of roles that a template knows', () => {
    const names = ['system', 'developer', 'user', 'assistant', 'tool', 'function', 'ipython', 'observation']
    expect(rolesOf({ messages: names.map((role) => ({ role, content: 'x' })) })).toEqual(names)
  })

  test('may have either form under either name', () => {
    expect(rolesOf({ messages: [{ from: 'human', value: 'x' }] })).toEqual(['user'])
    expect(rolesOf({ conversations: [{ role: 'user', content: 'x' }] })).toEqual(['user'])
    expect(rolesOf({ messages: null, conversations: [{ from: 'gpt', value: 'x' }] })).toEqual(['assistant'])
  })

  test.each([
    [{ conversations: [{ from: 'narrator', value: 'x' }] }, '“narrator”'],
    [{ messages: [{ role: 'critic', content: 'x' }] }, '“critic”'],
    [{ messages: [{ role: 'constructor', content: 'x' }] }, '“constructor”'],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] }, '“image_url”'],
    [{ messages: [{ role: 'user', content: 'x' }], tools: 'no JSON' }, 'tools'],
    [{ messages: [{ role: 'user', content: 'x' }], tools: '{"name":"f"}' }, 'tools'],
  ])('with what is not known are refused by its name: %j', (row, name) => {
    expect(() => chatOf(row)).toThrow(
      expect.objectContaining({ code: 'DATASET_BROKEN', message: expect.stringContaining(name) as string }),
    )
  })

  test.each([
    [{ messages: [] }],
    [{ messages: 'no list' }],
    [{ messages: [{ role: 'user', content: 7 }] }],
    [{ text: 'x' }],
  ])('are none in %j', (row) => {
    expect(chatOf(row)).toBeNull()
  })

  test('that say nothing are read, not learnt; those that call a tool are learnt', () => {
    const call = { type: 'function', function: { name: 'f', arguments: '{}' } }
    expect(
      turns(
        { role: 'assistant', content: null, tool_calls: [] },
        { role: 'assistant', content: '' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
        { role: 'assistant', tool_calls: null },
      ),
    ).toEqual([
      { role: 'assistant', content: '', weight: 0 },
      { role: 'assistant', content: '', weight: 0 },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'assistant', content: '', weight: 0 },
    ])
  })

  test('hand on what a template may want, without what was left empty', () => {
    expect(turns({ role: 'tool', content: 'x', tool_call_id: '7', name: null })).toEqual([
      { role: 'tool', content: 'x', tool_call_id: '7' },
    ])
  })

  test('are weighed as OpenAI and axolotl write it, also in columns of numbers', () => {
    const weights = [
      { weight: 0 },
      { weight: 0n },
      { weight: false },
      { train: false },
      { weight: 1 },
      { weight: null },
    ]
    expect(
      turns(...weights.map((more) => ({ role: 'assistant', content: 'x', ...more }))).map(({ weight }) => weight),
    ).toEqual([0, 0, 0, 0, undefined, undefined])
  })

  test('may be in parts, if these are text', () => {
    const content = [{ type: 'text', text: 'a' }, 'b', { type: 'text', text: null }]
    expect(turns({ role: 'user', content })).toEqual([{ role: 'user', content: 'ab' }])
  })

  test('have tools and a system prompt beside them', () => {
    const row = { system: 'Be brief.', conversations: [{ from: 'human', value: 'x' }] }
    expect(rolesOf(row)).toEqual(['system', 'user'])
    expect(rolesOf({ system: 'B', messages: [{ role: 'system', content: 'A' }] })).toEqual(['system'])
    expect(chatOf({ ...row, tools: '[{"name":"f"}]' })?.tools).toEqual([{ name: 'f' }])
    expect(chatOf({ ...row, tools: '' })?.tools).toBeNull()
    expect(chatOf({ ...row, functions: [{ name: 'f' }] })?.tools).toEqual([
      { type: 'function', function: { name: 'f' } },
    ])
  })
})
