import { fileURLToPath } from 'node:url'
import { defineConfig } from 'hardhat/config'

export default defineConfig({
  solidity: {
    version: '0.8.37',
    // npm's solc, so that nothing is downloaded.
    path: fileURLToPath(import.meta.resolve('solc/soljson.js')),
    settings: { optimizer: { enabled: true, runs: 1_000_000 }, evmVersion: 'osaka' },
  },
  paths: {
    sources: 'contracts',
    tests: { solidity: 'contracts/test' },
    artifacts: 'contracts/artifacts',
    cache: 'contracts/cache',
  },
  test: {
    solidity: {
      profiles: {
        default: { fuzz: { runs: 512 }, invariant: { runs: 20, depth: 1800, failOnRevert: false } },
        // More than 10⁵ calls a contract: npm run invariants.
        long: { fuzz: { runs: 512 }, invariant: { runs: 60, depth: 1800, failOnRevert: false } },
      },
    },
  },
})
