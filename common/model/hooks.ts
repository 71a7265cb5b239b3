import * as z from 'zod'

/** How home automation reaches this machine; all of it off unless the owner switches it on. */
export const HooksConfig = z.strictObject({
  /** What a command must show. Made when the first hook is switched on. */
  token: z.string().min(16).max(128).nullable(),
  http: z
    .strictObject({
      port: z.int().min(1024).max(65_535),
      /** Also from other machines of the local network. */ lan: z.boolean(),
    })
    .nullable(),
  mqtt: z
    .strictObject({
      url: z.url({ protocol: /^mqtts?$/ }).max(300),
      user: z.string().min(1).max(100).nullable(),
      password: z.string().min(1).max(200).nullable(),
      /** `<topic>/state` is told and `<topic>/command` is heard. */
      topic: z
        .string()
        .min(1)
        .max(100)
        .regex(/^[^#+\0/][^#+\0]*$/, 'a topic without wildcards'),
    })
    .nullable(),
})
export type HooksConfig = z.infer<typeof HooksConfig>
export const noHooks: HooksConfig = { token: null, http: null, mqtt: null }

/** What comes in. */
export const HookCommand = z.discriminatedUnion('command', [
  z.strictObject({
    command: z.literal('pause'),
    /** Null: until somebody resumes. */ minutes: z
      .int()
      .min(1)
      .max(7 * 1440)
      .nullable()
      .default(null),
  }),
  z.strictObject({ command: z.literal('resume') }),
])
export type HookCommand = z.infer<typeof HookCommand>

/** What goes out: whether the machine earns, and why not. Coins as decimal text. */
export const HookState = z.object({
  state: z.enum(['earning', 'waiting', 'stopped']),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
  earned24h: z.string(),
})
export type HookState = z.infer<typeof HookState>

/** How each hook does. */
export const HooksStatus = z.object({
  http: z.object({ url: z.string(), problem: z.string().nullable() }).nullable(),
  mqtt: z.object({ url: z.string(), connected: z.boolean(), problem: z.string().nullable() }).nullable(),
})
export type HooksStatus = z.infer<typeof HooksStatus>
