import { createProgram } from '../cli/program.ts'
import { appPath } from '../../core/resources.ts'

/** `hearth serve` of a seller who delivers wrong keys. A demo starts it, nothing else does. */
await createProgram({ vault: [appPath('main', 'headless', 'demo', 'dishonest-vault.ts')] }).parseAsync()
