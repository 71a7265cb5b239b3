import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { Avatar } from '../model/chat.ts'
import { Style, StyleJob, StyleScale } from '../model/style.ts'
import { PresetName } from './training.ts'

const Done = z.object({})
export const StyleOverview = z.object({ styles: z.array(Style), jobs: z.array(StyleJob) })
export type StyleOverview = z.infer<typeof StyleOverview>

/**
 * Ways of writing that avatars learnt from what their person wrote. Nothing of it leaves the machine, unless its
 * training run is sent to the market.
 */
export const styleContract = {
  overview: oc.output(StyleOverview),
  watch: oc.output(eventIterator(StyleOverview)),
  /** @throws BAD_INPUT, MODEL_UNSUPPORTED */
  learn: oc.input(z.object({ avatar: z.int(), preset: PresetName })).output(StyleJob),
  cancel: oc.input(z.object({ id: z.uuid() })).output(Done),
  again: oc.input(z.object({ id: z.uuid() })).output(StyleJob),
  /** Takes an ended job off the list. */
  forget: oc.input(z.object({ id: z.uuid() })).output(Done),
  /** Lets an avatar speak in a style, or as its model does. */
  use: oc.input(z.object({ avatar: z.int(), style: z.int().nullable(), scale: StyleScale })).output(Avatar),
  remove: oc.input(z.object({ style: z.int() })).output(Done),
}
