import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AbiParameter } from 'abitype'
import { expect, test } from 'vitest'
import type { ErrorFragment } from 'ethers'
import { registry } from '../common/chain/contracts.ts'
import { errorCodes } from '../common/errors/index.ts'
import { gateValues } from '../common/model/gate-value-names.ts'
import { jobSayings } from '../common/model/job-saying-names.ts'
import { namedNumbers, type NamedNumber } from '../common/model/chain-values.ts'
import en from '../resources/locales/en.json' with { type: 'json' }
import zhCN from '../resources/locales/zh-CN.json' with { type: 'json' }
import { wordsOf } from './screens/chain/explorer/state-words.ts'

const keysOf = (value: object, prefix = ''): string[] =>
  Object.entries(value).flatMap(([key, item]) =>
    typeof item === 'string' ? [prefix + key] : keysOf(item as object, `${prefix}${key}.`),
  )
const keys = keysOf(en)

test('both languages have the same keys, and none is empty', () => {
  expect(keysOf(zhCN)).toEqual(keys)
  for (const locale of [en, zhCN]) expect(JSON.stringify(locale)).not.toContain('""')
})

test.each(['en', 'zh-CN'])('%s has each key once', (language) => {
  const text = readFileSync(join(import.meta.dirname, '..', 'resources', 'locales', `${language}.json`), 'utf8')
  expect(JSON.stringify(JSON.parse(text), null, 2)).toBe(text.trim())
})

test('both languages fill in the same values', () => {
  const holes = (locale: object, path: string): string[] =>
    (
      (path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], locale) as string).match(
        /\{\{\w+\}\}/g,
      ) ?? []
    ).sort()
  for (const key of keys) expect(holes(zhCN, key), key).toEqual(holes(en, key))
})

test('every error code has its words', () => {
  for (const code of errorCodes) expect(keys).toContain(`errors.${code}`)
})

test('every error of every contract has its words', () => {
  const names = Object.values(registry.interfaces).flatMap(({ fragments }) =>
    fragments.filter(({ type }) => type === 'error').map((fragment) => (fragment as ErrorFragment).name),
  )
  expect(new Set(names).size).toBeGreaterThan(50)
  for (const name of names) expect(keys).toContain(`reverts.${name}`)
})

const namesIn = (inputs: readonly AbiParameter[]): (string | undefined)[] =>
  inputs.flatMap((input) => [input.name, ...('components' in input ? namesIn(input.components) : [])])

test('every event of every contract, and every argument that one has, has its words', () => {
  for (const { name, abi } of registry.modules)
    for (const item of abi)
      if (item.type === 'event' || (item.type === 'function' && item.stateMutability === 'nonpayable')) {
        if (item.type === 'event') expect(keys).toContain(`explorer.said.${name}.${item.name}`)
        for (const name of namesIn(item.inputs)) expect(keys).toContain(`explorer.names.${name}`)
      }
})

test('every state and reason that a contract numbers has its words', () => {
  for (const [named, states] of Object.entries(namedNumbers))
    for (const state of states) expect(keys).toContain(`${wordsOf[named as NamedNumber]}.${state}`)
})

test('everything that a job or a gate can say has its words, and they name what it names', () => {
  for (const [words, catalogue] of [
    [en.said, jobSayings],
    [en.gates.values, gateValues],
  ] as const)
    for (const [code, kinds] of Object.entries(catalogue)) {
      const holes = (words as Readonly<Record<string, string>>)[code]?.match(/\{\{\w+\}\}/g) ?? null
      expect(words, code).toHaveProperty(code)
      expect((holes ?? []).toSorted(), code).toEqual(
        Object.keys(kinds)
          .map((name) => `{{${name}}}`)
          .toSorted(),
      )
    }
})

test('every reason for which a reader leaves something out has its words', () => {
  const importers = join(import.meta.dirname, '..', 'main')
  const reasons = readdirSync(importers, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(?:importers|processes\/curation)\b.*\.ts$/.test(name) && !name.endsWith('.test.ts'))
    .flatMap((name) => [
      ...readFileSync(join(importers, name), 'utf8').matchAll(/(?:\bskip\(|\botherwise: )'([^']+)'/gi),
    ])
    .map((match) => match[1])
  expect(reasons.length).toBeGreaterThan(20)
  for (const reason of reasons) expect(Object.keys(en.leftOut)).toContain(reason)
})

test('every key that the window asks for is there', () => {
  const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'),
  )
  const asked = sources.flatMap((name) =>
    [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/\bt\('([\w.-]+)'/g)].map((match) => match[1]!),
  )
  expect(asked.length).toBeGreaterThan(100)
  for (const key of asked)
    expect(
      keys.some((known) => known === key || known === `${key}_one`),
      key,
    ).toBe(true)
})

test('each part of the words belongs to the shell or to one folder of screens', () => {
  const shell = [
    'common',
    'forms',
    'connection',
    'layout',
    'palette',
    'nav',
    'network',
    'kinds',
    'actions',
    'actionTexts',
    'confirm',
    'onboarding',
    'reverts',
    'hero',
    'earning',
    'reasons',
    'gates',
    'said',
    'leftOut',
  ]
  const modules = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('/module.tsx'),
  )
  const declared = modules.flatMap((name) => {
    const [, list = ''] = /words: \[([^\]]*)\]/.exec(readFileSync(join(import.meta.dirname, name), 'utf8')) ?? []
    return [...list.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? '')
  })
  const sorted = (names: readonly string[]) => names.toSorted((a, b) => a.localeCompare(b))
  expect(sorted([...shell, 'errors', ...declared])).toEqual(sorted(Object.keys(en)))
})
