#!/usr/bin/env node
import { keepFilesPrivate } from '../core/private-files.ts'
import { createProgram } from './cli/program.ts'

keepFilesPrivate()

// Whoever reads the output may stop reading it, as `head` does; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

await createProgram().parseAsync()
