import { createWriteStream, mkdirSync, readdirSync, rmSync, type WriteStream } from 'node:fs'
import { join } from 'node:path'
import type { LogRecord, LogSink } from './log.ts'

const KEPT_DAYS = 7

/** Writes JSON lines to one file a day and keeps a week of them. A disk that is full loses log lines, nothing else. */
export function createFileSink(folder: string): { sink: LogSink; close: () => Promise<void> } {
  mkdirSync(folder, { recursive: true })
  let day = ''
  let stream: WriteStream | undefined
  const open = (today: string): WriteStream => {
    stream?.end()
    day = today
    const old = readdirSync(folder)
      .filter((name) => /^\d{4}-\d\d-\d\d\.log$/.test(name))
      .sort()
      .slice(0, -KEPT_DAYS)
    for (const name of old) rmSync(join(folder, name), { force: true })
    return createWriteStream(join(folder, `${today}.log`), { flags: 'a' }).on('error', () => {})
  }
  const sink = (record: LogRecord): void => {
    const today = record.time.slice(0, 10)
    if (today !== day || !stream) stream = open(today)
    stream.write(`${JSON.stringify(record)}\n`)
  }
  return { sink, close: () => new Promise((resolve) => (stream ? stream.end(() => resolve()) : resolve())) }
}
