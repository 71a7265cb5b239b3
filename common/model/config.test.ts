import { expect, test } from 'vitest'
import { Config, ConfigChange } from './config.ts'

test('a change of settings is what it names, and sets nothing else back', () => {
  expect(ConfigChange.parse({ language: 'zh-CN' })).toEqual({ language: 'zh-CN' })
  expect(ConfigChange.parse({})).toEqual({})
  const earn = { price: '7', maxSeconds: 60, backend: 'cpu', threads: 2, training: false } as const
  expect(
    Config.parse({ ...Config.parse({ onboarded: true, earn }), ...ConfigChange.parse({ theme: 'dark' }) }),
  ).toMatchObject({ onboarded: true, earn, theme: 'dark' })
})

test('a change names only settings that there are, and not the hooks', () => {
  for (const change of [{ hooks: {} }, { colour: 'red' }, { language: 'xx' }, { theme: null }])
    expect(ConfigChange.safeParse(change).success, JSON.stringify(change)).toBe(false)
})
