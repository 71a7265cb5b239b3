import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gateNames } from '../../../common/api/doctor.ts'
import { gateFixes } from './gate-fixes.ts'

const screens = join(import.meta.dirname, '..', '..', 'screens')
const sources = readdirSync(screens, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.tsx'))
  .map((name) => ({ name, text: readFileSync(join(screens, name), 'utf8') }))
const routes = sources
  .filter(({ name }) => name.endsWith('module.tsx'))
  .flatMap(({ text }) => [...text.matchAll(/path: '([^']+)'/g)].map((match) => match[1]))

test('every gate has a button that does the fix, or leads to a place and a field that are there', () => {
  expect(routes).toContain('/earn/rules')
  for (const name of gateNames) {
    const fix = gateFixes[name]
    if ('press' in fix) continue
    expect(routes, name).toContain(fix.to)
    const { field } = fix
    if (field)
      expect(
        sources.some(({ text }) => text.includes(`.field('${field}')`)),
        `${name}: ${field}`,
      ).toBe(true)
  }
})
