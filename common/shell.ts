import * as z from 'zod'

/** What the host asks of the Electron shell: JSON over the channel of the process. */
export const HostToShell = z.discriminatedUnion('kind', [
  /** Where windows are let in, and what is shown to be. */
  z.strictObject({ kind: z.literal('ready'), address: z.string(), token: z.string() }),
  z.strictObject({ kind: z.literal('failed'), code: z.string(), message: z.string() }),
  z.strictObject({ kind: z.literal('seal'), id: z.int(), text: z.string() }),
  z.strictObject({ kind: z.literal('open'), id: z.int(), text: z.string() }),
  z.strictObject({ kind: z.literal('notify'), title: z.string(), body: z.string() }),
  /** A file of the data folder, shown among the others of its folder. */
  z.strictObject({ kind: z.literal('showFile'), path: z.string().max(4096) }),
  z.strictObject({ kind: z.literal('keepAwake'), on: z.boolean() }),
  /** Something that a person asked for outside of the window can only be settled in it. */
  z.strictObject({ kind: z.literal('show'), screen: z.enum(['earn']) }),
  /** What the person chose: a language, where null is the system's, and whether to look for new versions. */
  z.strictObject({ kind: z.literal('settings'), language: z.string().max(20).nullable(), updates: z.boolean() }),
  z.strictObject({
    kind: z.literal('tray'),
    state: z.enum(['earning', 'waiting', 'stopped']),
    order: z.int().nullable(),
  }),
])
export type HostToShell = z.infer<typeof HostToShell>

export const ShellToHost = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('start'), dataRoot: z.string() }),
  z.strictObject({
    kind: z.literal('text'),
    id: z.int(),
    /** `none`: this system has no keyring. `closed`: it has one, which refuses. */
    answer: z.union([z.strictObject({ text: z.string() }), z.enum(['none', 'closed'])]),
  }),
  z.strictObject({ kind: z.literal('earning'), wish: z.enum(['start', 'stop', 'snooze', 'finish']) }),
  /** Seconds since the owner last touched the machine. */
  z.strictObject({ kind: z.literal('idle'), seconds: z.number().nonnegative() }),
  z.strictObject({ kind: z.literal('stop') }),
])
export type ShellToHost = z.infer<typeof ShellToHost>
export type KeyringAnswer = Extract<ShellToHost, { kind: 'text' }>['answer']
