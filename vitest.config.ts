import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Debian's chromium brings a software GPU, so the WebGPU backend is tested where there is none.
const softwareGpu = '/usr/lib/chromium/vk_swiftshader_icd.json'
const engineEnv = { ORT_DISABLE_TELEMETRY: '1', ...(existsSync(softwareGpu) ? { VK_ICD_FILENAMES: softwareGpu } : {}) }
const electron = fileURLToPath(new URL('test/fakes/electron.ts', import.meta.url))

/** Suites that start hosts of their own. */
const hosts = (name: string, include: string) => ({
  test: {
    name,
    include: [include],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    env: engineEnv,
  },
})

export default defineConfig({
  test: {
    // Two cores: files run two at a time, and what starts hosts of its own runs alone.
    maxWorkers: 2,
    // npm test runs several at a time, and reads what each reports.
    reporters: ['default', ['json', { outputFile: process.env.HEARTH_TEST_REPORT ?? 'test-results/vitest.json' }]],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{common,main,native,preload,renderer}/**/*.test.ts', 'scripts/**/*.test.ts'],
          testTimeout: 60_000,
          // A busy machine is slow, not wrong.
          expect: { poll: { timeout: 20_000 } },
          env: engineEnv,
        },
      },
      {
        resolve: { alias: { electron } },
        test: { name: 'shell', include: ['test/shell/**/*.test.ts'], testTimeout: 30_000 },
      },
      hosts('hosts', 'test/{cli,contract,layers,faults,privacy,how-to}/**/*.test.ts'),
      hosts('markets', 'test/{chain,jobs,data,training,upgrade}/**/*.test.ts'),
      {
        test: {
          name: 'e2e',
          include: ['e2e/{browser,desktop,package}/**/*.e2e.ts'],
          testTimeout: 240_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        // Every page at every width, and whole first days: npm run walks, for minutes.
        test: {
          name: 'walks',
          include: ['e2e/walks/**/*.e2e.ts'],
          testTimeout: 900_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
