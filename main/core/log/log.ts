import { redact, redactText } from './redact.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export interface LogRecord {
  readonly time: string
  readonly level: LogLevel
  readonly scope: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}
export type LogSink = (record: LogRecord) => void

/** Structured log. Everything that goes in is redacted first (see redact.ts). */
export class Log {
  readonly #scope: string
  readonly #sink: LogSink

  constructor(sink: LogSink, scope = 'hearth') {
    this.#sink = sink
    this.#scope = scope
  }

  child(scope: string): Log {
    return new Log(this.#sink, `${this.#scope}.${scope}`)
  }

  debug(message: string, fields: Record<string, unknown> = {}): void {
    this.#write('debug', message, fields)
  }

  info(message: string, fields: Record<string, unknown> = {}): void {
    this.#write('info', message, fields)
  }

  warn(message: string, fields: Record<string, unknown> = {}): void {
    this.#write('warn', message, fields)
  }

  error(message: string, fields: Record<string, unknown> = {}): void {
    this.#write('error', message, fields)
  }

  #write(level: LogLevel, message: string, fields: Record<string, unknown>): void {
    this.#sink({
      time: new Date().toISOString(),
      level,
      scope: this.#scope,
      message: redactText(message),
      fields: redact(fields) as Record<string, unknown>,
    })
  }
}
