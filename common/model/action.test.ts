import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { registry } from '../chain/contracts.ts'
import { Action, PersonalAction } from './action.ts'

const kinds = [...registry.actions()]

test.each(['en', 'zh-CN'])('every action has its words in %s, and there are no words without an action', (language) => {
  const words = JSON.parse(
    readFileSync(new URL(`../../resources/locales/${language}.json`, import.meta.url), 'utf8'),
  ) as Record<'actions' | 'actionTexts', Record<string, string>>
  expect(Object.keys(words.actions).sort()).toEqual(kinds.map(([kind]) => kind).sort())
  const personal = kinds.filter(([, { spec }]) => spec.personal !== null)
  expect(Object.keys(words.actionTexts).sort()).toEqual(personal.map(([kind]) => kind).sort())
})

test('an action of a kind that no contract has, with a field too many or too few, is refused', () => {
  const complete = { kind: 'complete', order: 1 }
  expect(Action.parse(complete)).toEqual(complete)
  for (const bad of [{ ...complete, kind: 'mint' }, { ...complete, to: 1 }, { kind: 'complete' }])
    expect(Action.safeParse(bad).success, JSON.stringify(bad)).toBe(false)
})

test('what only the host starts cannot be asked for', () => {
  expect(PersonalAction.safeParse({ kind: 'fail', order: 1 }).success).toBe(true)
  expect(PersonalAction.safeParse({ kind: 'acceptJob', job: 1 }).success).toBe(false)
  expect(PersonalAction.safeParse({ kind: 'withdraw', amount: 0n }).success).toBe(false)
})
