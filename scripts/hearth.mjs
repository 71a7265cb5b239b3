// npm run -s hearth -- …: the command line, on the project's own Node.
import { prepare, runWithProjectNode } from './prepare.mjs'

prepare()
process.exit(runWithProjectNode(['main/headless/cli.ts', ...process.argv.slice(2)]).status ?? 1)
