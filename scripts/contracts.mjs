// Compiles the contracts and writes what the app deploys: ABI and creation code, in resources/contracts.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'

const root = new URL('..', import.meta.url)
const build = spawnSync(process.execPath, ['node_modules/hardhat/dist/src/cli.js', 'build'], {
  cwd: root,
  stdio: 'inherit',
})
if (build.status !== 0) process.exit(build.status ?? 1)
mkdirSync(new URL('resources/contracts/', root), { recursive: true })
for (const name of ['Coin', 'Ledger', 'Market', 'Training', 'DataMarket']) {
  const { abi, bytecode } = JSON.parse(
    readFileSync(new URL(`contracts/artifacts/contracts/${name}.sol/${name}.json`, root), 'utf8'),
  )
  writeFileSync(new URL(`resources/contracts/${name}.json`, root), `${JSON.stringify({ abi, bytecode })}\n`)
}
