import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { test } from 'vitest'
import { until } from '../../main/cli/act.ts'
import { Log } from '../../main/core/log/log.ts'
import { PracticeChain } from '../../main/features/chain/practice-chain.ts'
import { Rpc } from '../../main/features/chain/rpc.ts'

test('a practice chain tells of each new block, and does so again after anvil died', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-heads-'))
  const chain = new PracticeChain(folder, new Log(() => {}))
  await chain.start()
  try {
    let told = 0
    chain.events.on('head', () => told++)
    const mine = () => new Rpc(chain.rpcUrl).send('evm_mine', [], z.unknown())
    for (let life = 0; life < 2; life++) {
      // Once it is listened to, before the first block.
      await until('the subscription', async () => told > 0)
      for (let block = 0; block < 3; block++) {
        const before = told
        await mine()
        await until('the news', async () => told > before, 1_000)
      }
      const { pid } = chain
      told = 0
      process.kill(pid!, 'SIGKILL')
      await until('another anvil', async () => chain.pid !== undefined && chain.pid !== pid)
    }
  } finally {
    await chain.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
