import { until } from '../cli/act.ts'
import { send } from './send.ts'
import type { Role } from './partner.ts'
import { keepFunded } from './wallet.ts'

/** Registers this machine once more, in its own name, and takes orders and jobs. */
export const provider: Role = (api, _self, progress) => async () => {
  const { benchmark, registered, offer } = await api.earn.machine({})
  progress.offering = offer !== null
  if (!benchmark) await api.earn.measure({ quick: true })
  if (!registered) {
    await keepFunded(api)
    await send(api, { kind: 'addMachine' })
    await until('the machine', async () => (await api.earn.machine({})).registered)
  }
  if ((await api.system.overview({})).earning.kind === 'stopped') await api.earn.start({})
}
