import * as z from 'zod'
import { Schedule } from './schedule.ts'

const Caps = z.strictObject({
  /** Degrees Celsius. */
  temperature: z.number().min(30).max(110).nullable(),
  watts: z.number().min(1).max(2_000).nullable(),
  /** Share of the fan's full speed. */
  fan: z.number().min(0.05).max(1).nullable(),
})
const none = { temperature: null, watts: null, fan: null }

/** What the owner asks of work that others pay for. */
export const IdlePolicy = z.strictObject({
  /** Null: at any hour. */
  schedule: Schedule.nullable(),
  /** Minutes without a touch before work begins; null: also while the owner is there. */
  idleMinutes: z.int().min(1).max(600).nullable(),
  /** Stands back while a game runs, or a program of this list. */
  games: z.boolean(),
  apps: z
    .array(
      z
        .string()
        .min(1)
        .max(100)
        .regex(/^[^/\\]+$/, 'the name of a program’s file, without its folder'),
    )
    .max(64),
  /**
   * Load of a graphics card by others above which work stands back; null: never. Counts while work itself uses no card.
   */
  foreignGpuLoad: z.number().min(0.05).max(1).nullable(),
  onBattery: z.boolean(),
  onMetered: z.boolean(),
  processor: Caps.omit({ fan: true }),
  graphics: Caps,
  /** Cards with caps of their own, by id. */
  cards: z.record(z.string(), Caps),
  /** Keeps the system from going to sleep while paid work runs. */
  keepAwake: z.boolean(),
})
export type IdlePolicy = z.infer<typeof IdlePolicy>

/** Quiet by default: it stands back for games, batteries, metered lines and heat. */
export const defaultIdlePolicy: IdlePolicy = {
  schedule: null,
  idleMinutes: null,
  games: true,
  apps: [],
  foreignGpuLoad: 0.4,
  onBattery: false,
  onMetered: false,
  processor: { temperature: null, watts: null },
  graphics: none,
  cards: {},
  keepAwake: true,
}
