import { createWriteStream, mkdirSync, readdirSync, rmSync, type WriteStream } from 'node:fs'
import { join } from 'node:path'
import type { LogRecord, LogSink } from './log.ts'

const KEPT_DAYS = 7

/**
 * Writes JSON lines to one file a day and keeps a week of them. A disk that is full, or a folder that somebody removed,
 * loses log lines and nothing else.
 */
export function createFileSink(folder: string): { sink: LogSink; close: () => Promise<void> } {
  let day = ''
  let stream: WriteStream | undefined
  const open = (today: string): WriteStream => {
    stream?.end()
    day = today
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const old = readdirSync(folder)
        .filter((name) => /^\d{4}-\d\d-\d\d\.log$/.test(name))
        .sort()
        .slice(0, -KEPT_DAYS)
      for (const name of old) rmSync(join(folder, name), { force: true })
    } catch {
      // The stream says so too, and nobody is there to be told.
    }
    return createWriteStream(join(folder, `${today}.log`), { flags: 'a', mode: 0o600 }).on('error', () => {})
  }
  const sink = (record: LogRecord): void => {
    const today = record.time.slice(0, 10)
    if (today !== day || !stream) stream = open(today)
    stream.write(`${JSON.stringify(record)}\n`)
  }
  return { sink, close: () => new Promise((resolve) => (stream ? stream.end(() => resolve()) : resolve())) }
}
