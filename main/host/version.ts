import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { appPath } from '../core/resources.ts'

export const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(appPath('package.json'), 'utf8')))
