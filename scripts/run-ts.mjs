// Runs one of the project's TypeScript programs on the project's Node: node scripts/run-ts.mjs FILE …
import { prepare, runWithProjectNode } from './prepare.mjs'

prepare()
process.exit(runWithProjectNode(process.argv.slice(2), { env: { ORT_DISABLE_TELEMETRY: '1' } }).status ?? 1)
