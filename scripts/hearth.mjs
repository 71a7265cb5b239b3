// npm run -s hearth -- …: the command line, as it is built, on the project's own Node.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { isProjectNode, prepare, root, runWithProjectNode } from './prepare.mjs'

prepare()
build()
const program = join(root, 'out', 'main', 'hearth.js')
if (isProjectNode) {
  // npm has started the project's Node already; a second one would cost more than most commands.
  process.argv[1] = program
  await import(pathToFileURL(program).href)
} else process.exit(runWithProjectNode([program, ...process.argv.slice(2)]).status ?? 1)
