import { implement } from '@orpc/server'
import { machineContract } from '../../../common/api/machine.ts'
import { neverRuns } from '../../../common/model/idle-policy/judge.ts'
import { readRules, writeRules } from '../../../common/model/idle-policy/rules-file.ts'
import type { IdlePolicy } from '../../../common/model/idle-policy/rules.ts'
import type { CallContext } from '../../core/call-context.ts'
import type { Foundation } from '../../core/module.ts'
import { watch } from '../../core/watch.ts'
import type { IdlePolicyService, TelemetryFeed } from './idle-policy/index.ts'

/** The owner's machine and its rules. */
export function machineHandlers({
  feed,
  comfort,
  config,
  isolation,
}: Pick<Foundation, 'config' | 'isolation'> & { readonly feed: TelemetryFeed; readonly comfort: IdlePolicyService }) {
  const os = implement(machineContract).$context<CallContext>()
  const now = () => ({ sample: feed.latest, blockReasons: [...comfort.blockReasons] })
  const followed = (changed: () => void) => {
    const off = [feed.events.on('sample', changed), feed.follow()]
    return () => off.forEach((stop) => stop())
  }
  const rules = () => config.get().comfort
  const keep = async (next: IdlePolicy) => {
    await config.update({ comfort: next })
    return { neverRuns: neverRuns(next) }
  }
  return {
    now: os.now.handler(now),
    watch: os.watch.handler(({ signal }) => watch(followed, now, signal, 500)),
    history: os.history.handler(() => [...feed.history]),
    isolation: os.isolation.handler(() => isolation),
    rules: os.rules.handler(() => ({ rules: rules(), neverRuns: neverRuns(rules()) })),
    setRules: os.setRules.handler(({ input }) => keep(input)),
    exportRules: os.exportRules.handler(() => ({ text: writeRules(rules()) })),
    importRules: os.importRules.handler(({ input }) => keep(readRules(input.text))),
  }
}
