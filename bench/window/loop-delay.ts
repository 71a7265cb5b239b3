import { renameSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

// Loaded before a host: writes the longest delay of its event loop since the last time, in milliseconds, when signalled.

const RESOLUTION_MS = 5
const file = process.env.HEARTH_LOOP_DELAYS
// Children inherit the option's environment and have loops of their own.
delete process.env.HEARTH_LOOP_DELAYS
if (file !== undefined) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  process.on('SIGUSR2', () => {
    writeFileSync(`${file}.next`, JSON.stringify(Math.max(0, delays.max / 1e6 - RESOLUTION_MS)))
    renameSync(`${file}.next`, file)
    delays.reset()
  })
}
