// npm run e2e:desktop -- PATH: the specs of the desktop app against a packaged one.
import { resolve } from 'node:path'
import { prepare, runWithProjectNode } from './prepare.mjs'

const [program = ''] = process.argv.slice(2)
prepare()
process.exit(
  runWithProjectNode(['node_modules/vitest/vitest.mjs', 'run', '--project', 'e2e', 'e2e/desktop'], {
    env: { HEARTH_APP: program && resolve(program) },
  }).status ?? 1,
)
