import { oc } from '@orpc/contract'
import * as z from 'zod'
import { HooksConfig, HooksStatus } from '../model/hooks.ts'

export const HooksView = z.object({ config: HooksConfig, status: HooksStatus })
export type HooksView = z.infer<typeof HooksView>

/** Home automation: state out, pause and resume in. */
export const hooksContract = {
  view: oc.output(HooksView),
  change: oc.input(HooksConfig.omit({ token: true })).output(HooksView),
  /** The old token is worth nothing from then on. */
  renewToken: oc.output(HooksView),
}
