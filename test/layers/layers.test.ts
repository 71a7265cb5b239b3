import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
let copy: string

/** Each is one forbidden import, in a file of its own, that the checks must find. */
const violations: readonly (readonly [what: string, file: string, source: string])[] = [
  [
    'common uses Node',
    'common/model/bad.ts',
    "import { readFileSync } from 'node:fs'\nexport const bad = readFileSync\n",
  ],
  [
    'the renderer imports the host',
    'renderer/state/bad.ts',
    "import { createHost } from '../../main/host/create-host.ts'\nexport const bad = createHost\n",
  ],
  [
    'the design system knows the api',
    'renderer/ui/bad.ts',
    "import { api } from '../state/transport.ts'\nexport const bad = api\n",
  ],
  [
    'a form knows a screen',
    'renderer/forms/bad.ts',
    "import { settings } from '../screens/settings/module.tsx'\nexport const bad = settings\n",
  ],
  [
    'a feature reaches into another',
    'main/features/wallet/bad.ts',
    "import { Rpc } from '../chain/rpc.ts'\nexport const bad = Rpc\n",
  ],
  [
    'a feature reaches into another of its group',
    'main/features/avatar/chat/bad.ts',
    "import { hub } from '../models/hub.ts'\nexport const bad = hub\n",
  ],
  [
    'a feature reaches into another group',
    'main/features/earning/doctor/bad.ts',
    "import { Rpc } from '../../chain/rpc.ts'\nexport const bad = Rpc\n",
  ],
  [
    'core knows a feature',
    'main/core/bad.ts',
    "import { Rpc } from '../features/chain/index.ts'\nexport const bad = Rpc\n",
  ],
  [
    'a kind of work knows the market',
    'main/work/kinds/training/bad.ts',
    "import { WorkStore } from '../../../features/market/compute/index.ts'\nexport const bad = WorkStore\n",
  ],
  [
    'what commands share knows a feature',
    'main/cli/bad.ts',
    "import { Rpc } from '../features/chain/index.ts'\nexport const bad = Rpc\n",
  ],
  ['the host knows Electron', 'main/host/bad.ts', "import { app } from 'electron'\nexport const bad = app\n"],
  [
    'an engine opens the database',
    'native/exact-inference/bad.ts',
    "import { openDatabase } from '../../main/core/db/open.ts'\nexport const bad = openDatabase\n",
  ],
]

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'hearth-layers-'))
  for (const name of ['common', 'main', 'native', 'renderer', '.oxlintrc.json', 'tsconfig.base.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const lint = (file: string): { status: number | null; output: string } => {
  const run = spawnSync(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), '--deny-warnings', file], {
    cwd: copy,
    encoding: 'utf8',
  })
  return { status: run.status, output: run.stdout + run.stderr }
}

// That they hold in the project as it is, `npm test`'s lint step says.
describe('the import rules', () => {
  test.each(violations)('are broken when %s', (_what, file, source) => {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    writeFileSync(join(copy, file), source)
    const { status, output } = lint(file)
    rmSync(join(copy, file))
    expect(output).toContain('eslint(no-restricted-imports)')
    expect(status).not.toBe(0)
  })
})

/** The files and packages that a file loads at once: what it imports, but for types and for `import()`. */
function loadedWith(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  const imports = readFileSync(join(root, file), 'utf8').matchAll(
    /^(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm,
  )
  for (const [, path = ''] of imports)
    if (path.startsWith('.')) loadedWith(join(dirname(file), path), found)
    else found.add(path)
  return found
}

test('what every command loads is the commands, and nothing that they use', () => {
  const loaded = [...loadedWith('main/headless/cli.ts')]
  expect(loaded).toContain('main/features/wallet/commands/wallet.ts')
  const light = /^(common|main\/core|main\/cli|main\/headless\/cli)[./]|^main\/features\/.+\/commands[./]|^node:/
  const others = loaded.filter((path) => !light.test(path))
  expect(others.sort()).toEqual(['@commander-js/extra-typings', 'main/host/version.ts'])
})

test('the root may not refer to what is made later', () => {
  const file = 'main/host/bad.ts'
  writeFileSync(
    join(copy, file),
    'export function bad() {\n  const first = { ask: () => second.answer() }\n' +
      '  const second = { answer: () => first }\n  return second\n}\n',
  )
  const { status, output } = lint(file)
  rmSync(join(copy, file))
  expect(output).toContain('eslint(no-use-before-define)')
  expect(status).not.toBe(0)
})
