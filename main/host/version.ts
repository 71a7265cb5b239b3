import { readFileSync } from 'node:fs'
import { appPath } from '../core/resources.ts'

/** The version of this Hearth. The command line reads it at each start, so nothing heavy is imported for it. */
export const version: string = (JSON.parse(readFileSync(appPath('package.json'), 'utf8')) as { version: string })
  .version
