// A host for tests of the shell: it does what a file tells it, line by line, and notes what it is sent.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'

const [, , script = '', heard = ''] = process.argv
const steps = existsSync(script) ? readFileSync(script, 'utf8').trim().split('\n').filter(Boolean) : []

process.on('message', (message: { kind: string }) => {
  if (message.kind !== 'idle') appendFileSync(heard, `${JSON.stringify(message)}\n`)
  if (message.kind === 'stop' && !steps.includes('hang')) process.exit(0)
})
process.on('disconnect', () => process.exit(0))
if (steps.includes('hang')) process.on('SIGTERM', () => {})
for (const step of steps) {
  if (step === 'crash') {
    process.stderr.write('the disk is on fire\n')
    process.exit(3)
  }
  if (step.startsWith('{')) process.send!(JSON.parse(step))
}
// Stays.
createServer().listen(0, '127.0.0.1')
