import * as z from 'zod'

/** What the host in its utility process asks of the Electron shell. Ports travel beside these messages. */
export const HostToShell = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
  z.strictObject({
    kind: z.literal('spawn'),
    id: z.int(),
    /** Of the host's table of processes; the shell refuses any other. */
    name: z.string().max(40),
  }),
  z.strictObject({ kind: z.literal('kill'), id: z.int() }),
  z.strictObject({ kind: z.literal('seal'), id: z.int(), text: z.string() }),
  z.strictObject({ kind: z.literal('open'), id: z.int(), text: z.string() }),
  z.strictObject({ kind: z.literal('notify'), title: z.string().max(100), body: z.string().max(300) }),
  z.strictObject({ kind: z.literal('keepAwake'), on: z.boolean() }),
  z.strictObject({
    kind: z.literal('tray'),
    state: z.enum(['earning', 'waiting', 'stopped']),
    order: z.int().nullable(),
  }),
])
export type HostToShell = z.infer<typeof HostToShell>

export const ShellToHost = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('start'), dataRoot: z.string(), keyring: z.boolean() }),
  /** With the window's port. */
  z.strictObject({ kind: z.literal('connect') }),
  /** With the child's port. */
  z.strictObject({ kind: z.literal('spawned'), id: z.int(), pid: z.int().nullable() }),
  z.strictObject({ kind: z.literal('exited'), id: z.int(), how: z.string() }),
  z.strictObject({ kind: z.literal('text'), id: z.int(), text: z.string().nullable() }),
  z.strictObject({ kind: z.literal('earning'), wish: z.enum(['start', 'stop', 'snooze', 'finish']) }),
  /** Seconds since the owner last touched the machine. */
  z.strictObject({ kind: z.literal('idle'), seconds: z.number().nonnegative() }),
  z.strictObject({ kind: z.literal('stop') }),
])
export type ShellToHost = z.infer<typeof ShellToHost>
