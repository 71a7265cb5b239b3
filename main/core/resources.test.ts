import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fromKeptPath, resourcePath, toKeptPath } from './resources.ts'

test('what comes with Hearth is kept by its name, wherever the app lies', () => {
  const model = resourcePath('demo', 'model')
  expect(toKeptPath(model)).toBe('hearth:demo/model')
  expect(fromKeptPath('hearth:demo/model')).toBe(model)
})

test('what lies elsewhere is kept as it is, also beside the resources', () => {
  for (const path of [join('/', 'home', 'me', 'model.gguf'), `${resourcePath()}-of-mine/model`, resourcePath()])
    expect([toKeptPath(path), fromKeptPath(toKeptPath(path))]).toEqual([path, path])
})
