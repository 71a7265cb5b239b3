import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import { deployContracts } from '../../main/features/chain/deploy.ts'
import { drip, practiceContracts, product, Rpc } from '../../main/features/chain/index.ts'
import { anvilBinary } from '../../main/features/chain/practice-chain.ts'
import { confirmBackup } from '../../main/features/wallet/commands/back-up.ts'
import { hearth } from '../support/command-line.ts'
import { act, until } from '../support/market.ts'
import { World, type HearthProcess } from '../support/processes.ts'

const CHAIN_ID = 4_242
const COINS = 10n * 10n ** 18n
let world: World
let anvil: ChildProcess
let rpc: Rpc
let folder: string
let passphraseFile: string

/** What the settings say of the network; a program of the account, or the window, may write anything there. */
const settings = (contracts: object) => ({
  network: {
    kind: 'custom',
    name: 'ours',
    rpcUrl: rpc.url,
    chainId: CHAIN_ID,
    contracts: { ...practiceContracts, ...contracts },
    fromBlock: 0,
    confirmations: 1,
  },
})
async function start(contracts: object): Promise<{ host: HearthProcess; api: Api }> {
  writeFileSync(join(folder, 'config.json'), JSON.stringify(settings(contracts)), { mode: 0o600 })
  const host = await world.launch(['serve', '--passphrase-file', passphraseFile], folder)
  const api = await world.api(host)
  await until('the chain', async () => (await api.system.overview({})).network.head !== null, 60_000)
  return { host, api }
}
const trusted = async (api: Api) => (await api.doctor.gates({})).find(({ name }) => name === 'trusted')?.state

beforeAll(async () => {
  world = new World()
  folder = join(world.folder, 'one')
  passphraseFile = join(world.folder, 'passphrase')
  mkdirSync(folder)
  writeFileSync(passphraseFile, world.passphrase, { mode: 0o600 })
  anvil = spawn(anvilBinary(), ['--port', '0', '--chain-id', String(CHAIN_ID)], { stdio: ['ignore', 'pipe', 'ignore'] })
  const address = await new Promise<string>((resolve) => {
    let said = ''
    anvil.stdout?.on('data', (piece: Buffer) => {
      said += piece.toString()
      const found = /Listening on (\S+:\d+)/.exec(said)?.[1]
      if (found) resolve(found)
    })
  })
  rpc = new Rpc(`http://${address}`)
  await deployContracts(rpc, product)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  anvil.kill()
})

test('a wallet signs for the contracts that it was set up for, and for others once its owner has said so', async () => {
  const first = await start({})
  await first.api.wallet.create({ passphrase: world.passphrase })
  await confirmBackup(first.api, world.passphrase)
  await drip(rpc, (await first.api.system.overview({})).wallet.address!)
  await act(first.api, { kind: 'deposit', amount: COINS })
  expect(await trusted(first.api)).toBe('ok')
  await first.host.kill('SIGTERM')

  // A stranger's contract takes the ledger's place: whatever has code passes for one.
  const second = await start({ ledger: practiceContracts.market })
  expect(await trusted(second.api)).toBe('blocked')
  const deposit = { kind: 'deposit', amount: COINS } as const
  await expect(second.api.wallet.preview(deposit)).rejects.toMatchObject({ code: 'NETWORK_NOT_TRUSTED' })
  await second.host.kill('SIGTERM')

  const third = await start({})
  expect(await trusted(third.api)).toBe('ok')
  await act(third.api, deposit)
  await third.host.kill('SIGTERM')

  const fourth = await start({ training: practiceContracts.market })
  expect(await trusted(fourth.api)).toBe('blocked')
  const wrong = join(world.folder, 'wrong')
  writeFileSync(wrong, 'a wrong passphrase', { mode: 0o600 })
  const ask = (file: string) => hearth('wallet', 'trust', '--passphrase-file', file, '--data-dir', folder, '--json')
  expect((await ask(wrong)).out).toContain('WRONG_PASSPHRASE')
  expect(await trusted(fourth.api)).toBe('blocked')
  expect((await ask(passphraseFile)).code).toBe(0)
  expect(await trusted(fourth.api)).toBe('ok')
  expect(readFileSync(join(folder, 'keystore.json'), 'utf8')).not.toContain(world.passphrase)
}, 240_000)
