import { mkdir } from 'node:fs/promises'
import { createRouterClient } from '@orpc/server'
import type { Api } from '../../common/api/index.ts'
import type { PartnerNews } from '../../common/children/partner.ts'
import { defaultIdlePolicy } from '../../common/model/idle-policy/rules.ts'
import { messageOf } from '../../common/errors/index.ts'
import { pause } from '../core/clock.ts'
import { ConfigStore } from '../core/config.ts'
import { Log } from '../core/log/log.ts'
import { Loop } from '../core/loop.ts'
import { dataPaths } from '../core/paths.ts'
import { NodeSpawner } from '../core/processes/node-spawner.ts'
import { createHost } from '../host/create-host.ts'
import { buyer } from './buyer.ts'
import { customer } from './customer.ts'
import { provider } from './provider.ts'
import { seller } from './seller.ts'
import { openWallet, walletSecrets } from './wallet.ts'

const LOOK_MS = 1_500
const TELL_MS = 500

/** One of the partner's parts: what it does whenever it looks, and how far it is. */
export type Role = (api: Api, self: string, progress: Progress) => (signal: AbortSignal) => Promise<void>

type Progress = { -readonly [Key in keyof PartnerNews]: PartnerNews[Key] }

const roles: readonly Role[] = [customer, provider, seller, buyer]

/**
 * A host of its own, with the same contracts, checks and coins as any other, that plays all four parts by itself. What
 * it did is kept in its folder, so it goes on where it was.
 */
export async function* play(
  { folder, rpcUrl }: { readonly folder: string; readonly rpcUrl: string },
  signal: AbortSignal | undefined,
): AsyncGenerator<PartnerNews, void> {
  const news: Progress = { address: null, offering: false, selling: null, ordered: 0, bought: 0, problem: null }
  yield { ...news }
  await settle(folder, rpcUrl)
  const host = await createHost({
    dataRoot: folder,
    spawner: new NodeSpawner(),
    secrets: walletSecrets(folder),
    notifier: { notify: () => {} },
    // It is nobody's reason to keep a machine awake.
    power: { idleSeconds: () => null, keepAwake: () => {} },
  })
  const api: Api = createRouterClient(host.router, { context: { local: true } })
  const loops: Loop[] = []
  const problems = new Map<Role, string>()
  try {
    await host.start()
    news.address = await openWallet(api, folder)
    for (const role of roles) {
      const look = role(api, news.address, news)
      const step = async (over: AbortSignal): Promise<void> => {
        await look(over).then(
          () => problems.delete(role),
          (error: unknown) => problems.set(role, messageOf(error)),
        )
        news.problem = [...problems.values()][0] ?? null
      }
      loops.push(new Loop(step, LOOK_MS, new Log(() => {})))
    }
    for (const loop of loops) loop.start()
    for (let told = ''; !signal?.aborted; await pause(TELL_MS)) {
      const now = JSON.stringify(news)
      if (now !== told) yield { ...news }
      told = now
    }
  } finally {
    await Promise.all(loops.map((loop) => loop.stop()))
    await host.stop()
  }
}

/** Its settings: the network that it is on, and small work whatever else the machine does. */
async function settle(folder: string, rpcUrl: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const config = ConfigStore.open(dataPaths(folder).config)
  await config.update({
    network: { kind: 'practice', rpcUrl },
    comfort: {
      ...defaultIdlePolicy,
      games: false,
      foreignGpuLoad: null,
      onBattery: true,
      onMetered: true,
      keepAwake: false,
    },
    earn: { ...config.get().earn, threads: 1 },
  })
}
