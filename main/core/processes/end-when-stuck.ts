import { Worker } from 'node:worker_threads'

const BEAT_MS = 1000

/**
 * Counts its own ticks and not the clock's, which goes on while a machine sleeps. Plain JavaScript, since it is given
 * as text.
 */
const WATCH = `
const { workerData: { beats, most, every } } = require('node:worker_threads')
let [last, silent] = [-1, 0]
setInterval(() => {
  const now = Atomics.load(beats, 0)
  silent = now === last ? silent + 1 : 0
  last = now
  if (silent * every > most) process.kill(process.pid, 'SIGKILL')
}, every)
`

/**
 * Ends this process where its event loop stands still for so long: something that a stranger wrote runs in it and does
 * not end. Its host hears of it as of any death. For processes whose own work is done elsewhere, in threads.
 */
export function endWhenStuck(most: number, every = BEAT_MS): void {
  const beats = new Int32Array(new SharedArrayBuffer(4))
  setInterval(() => Atomics.add(beats, 0, 1), every).unref()
  new Worker(WATCH, { eval: true, execArgv: [], workerData: { beats, most, every } }).unref()
}
