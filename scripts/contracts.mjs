// Compiles the contracts and writes what is generated of them: ABI and creation code in resources/contracts, which the
// app deploys, and a typed ABI for each folder of common/chain/contracts. The folder's name is the contract's.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'

const root = new URL('..', import.meta.url)
const node = (...args) => {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

node('node_modules/hardhat/dist/src/cli.js', 'build')
mkdirSync(new URL('resources/contracts/', root), { recursive: true })
const generated = []
for (const entry of readdirSync(new URL('common/chain/contracts/', root), { withFileTypes: true })) {
  if (!entry.isDirectory()) continue
  const name = entry.name.replace(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase())
  const { abi, bytecode } = JSON.parse(
    readFileSync(new URL(`contracts/artifacts/contracts/${name}.sol/${name}.json`, root), 'utf8'),
  )
  writeFileSync(new URL(`resources/contracts/${name}.json`, root), `${JSON.stringify({ abi, bytecode })}\n`)
  const file = `common/chain/contracts/${entry.name}/abi.gen.ts`
  const entries = JSON.stringify(abi, (key, value) => (key === 'internalType' ? undefined : value))
  writeFileSync(
    new URL(file, root),
    `// Generated from contracts/${name}.sol by npm run contracts; not edited by hand.
export const abi = ${entries} as const
`,
  )
  generated.push(file)
}
node('node_modules/oxfmt/bin/oxfmt', ...generated)
