// npm run package: builds and packs for this platform; needs Electron's binary, or -c.electronDist=FOLDER.
import { build } from '../build.mjs'
import { prepare, runWithProjectNode } from '../prepare.mjs'

prepare()
build()
process.exit(runWithProjectNode(['scripts/package/build-package.ts', ...process.argv.slice(2)]).status ?? 1)
