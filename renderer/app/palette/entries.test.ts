import { expect, test } from 'vitest'
import { matching } from './entries.ts'

const entry = (name: string, about = '') => ({ id: name, name, about })
const entries = [entry('Rules', 'Earn'), entry('Earn'), entry('Über mich', 'Avatar'), entry('Learn a style', 'Avatar')]
const names = (typed: string): string[] => matching(entries, typed).map(({ name }) => name)

test('every typed word is looked for in name and place, whatever case and accents', () => {
  expect(names('')).toEqual(['Rules', 'Earn', 'Über mich', 'Learn a style'])
  expect(names('earn rules')).toEqual(['Rules'])
  expect(names('uber')).toEqual(['Über mich'])
  expect(names('nowhere')).toEqual([])
})

test('what begins with the first word stands first, and the rest keeps its order', () => {
  expect(names('earn')).toEqual(['Earn', 'Rules', 'Learn a style'])
})
