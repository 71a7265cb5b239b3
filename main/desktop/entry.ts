import { ShellToHost } from '../../common/shell.ts'
import { keepFilesPrivate } from '../core/private-files.ts'
import { DesktopHost } from './desktop-host.ts'

/** The process of the desktop app's host: plain Node, with a channel to Electron's main process. */
keepFilesPrivate()
// A shell that was killed reads no output any more; the host still ends in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const host = new DesktopHost((message) => {
  if (process.connected) process.send?.(message)
})
const end = (): void =>
  void host.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  )
process.on('message', (message) => {
  const parsed = ShellToHost.parse(message)
  host.receive(parsed)
  if (parsed.kind === 'stop') end()
})
process.on('disconnect', end)
// The session ends: the system tells every process of it.
process.on('SIGTERM', end)
// A terminal's Ctrl+C reaches the shell too, which asks first.
process.on('SIGINT', () => {})
