import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { HearthError } from '../../common/errors/index.ts'

/** From a file, or typed without echo. Never from an argument, which other users could read. */
export async function readSecret(prompt: string, file: string | null): Promise<string> {
  if (file !== null) return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  if (!process.stdin.isTTY)
    throw new HearthError('BAD_INPUT', 'nobody is here to type; give a file with --passphrase-file')
  process.stderr.write(prompt)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true })
  try {
    return await reader.question('')
  } finally {
    reader.close()
    process.stderr.write('\n')
  }
}
