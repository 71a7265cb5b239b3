import { createProgram } from '../cli/program.ts'
import { appPath } from '../../core/resources.ts'

/**
 * `hearth serve --cheat KIND`: a host whose engine for other people's training cheats. A demo starts it, nothing else
 * does.
 */
const at = process.argv.indexOf('--cheat')
const [, kind] = process.argv.splice(at, 2)
await createProgram({ trainer: [appPath('native', 'trainer', 'adversary', 'entry.ts'), kind!] }).parseAsync()
