#!/usr/bin/env node
import { createProgram } from './cli/program.ts'

// Whoever reads the output may stop reading it, as `head` does; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

await createProgram().parseAsync()
