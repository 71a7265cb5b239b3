// npm test: installs, builds, runs every suite and ends with the counts from the runners' own reports.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { fail, prepare, projectEnvironment, projectNode, root, runWithProjectNode } from './prepare.mjs'

const results = join(root, 'test-results')
const totals = { passed: 0, failed: 0, skipped: 0 }
const count = (name, passed, failed, skipped) => {
  process.stdout.write(`\n${name}: ${passed} passed, ${failed} failed, ${skipped} skipped\n`)
  totals.passed += passed
  totals.failed += failed
  totals.skipped += skipped
}
const timed = async (name, run) => {
  const begun = Date.now()
  await run()
  process.stdout.write(`${name} took ${Math.round((Date.now() - begun) / 1000)} s\n`)
}

prepare()
chromium()
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })
// The contracts' tests use one core for minutes; build, types and lint go on beside them.
const solidity = startContracts()
await timed('build', build)
await timed('format', () => {
  step('format', ['node_modules/oxfmt/bin/oxfmt', '--check'])
  step('format of contracts', ['node_modules/prettier/bin/prettier.cjs', '--check', 'contracts/**/*.sol'])
})
await timed('types', () => step('types', ['node_modules/typescript/bin/tsc', '-b']))
await timed('lint', () => step('lint', ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings']))
if (process.argv.length > 2) {
  await timed('vitest', () => vitest('vitest', []))
  await contracts(solidity)
} else {
  await timed('units', () => vitest('units', ['unit', 'shell']))
  await timed('the rest of contracts', () => contracts(solidity))
  await timed('suites', whole)
}
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`)
process.exit(totals.failed > 0 || totals.passed === 0 ? 1 : 0)

/** A check that passes or fails as one. */
function step(name, args) {
  const run = runWithProjectNode(args)
  count(name, run.status === 0 ? 1 : 0, run.status === 0 ? 0 : 1, 0)
}

/**
 * Starts Hardhat's Solidity tests. What they say goes into a file: a pipe would fill while this script waits for
 * others.
 */
function startContracts() {
  const log = join(results, 'contracts.log')
  const file = openSync(log, 'w')
  const child = spawn(projectNode, ['node_modules/hardhat/dist/src/cli.js', 'test', 'solidity'], {
    cwd: root,
    stdio: ['ignore', file, file],
    env: { ...process.env, HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true' },
  })
  return { log, ended: once(child, 'exit') }
}

/** Their last lines say how many passed, failed and were skipped. */
async function contracts({ log, ended }) {
  const [status] = await ended
  const output = readFileSync(log, 'utf8')
  const number = (word) => Number(new RegExp(`^\\s*(\\d+) ${word}`, 'm').exec(output)?.[1] ?? 0)
  const [passed, failed, skipped] = [number('passing'), number('failing'), number('skipped')]
  if (status !== 0 || passed === 0) process.stdout.write(output)
  count('contracts', passed, status !== 0 && failed === 0 ? 1 : failed, skipped)
}

/** Runs some projects of vitest; what they say goes to `output`, a file's number, where others speak meanwhile. */
async function vitest(name, projects, output = 'inherit') {
  const report = join(results, `${name}.json`)
  const args = ['run', ...projects.flatMap((project) => ['--project', project]), ...process.argv.slice(2)]
  const child = spawn(projectNode, ['node_modules/vitest/vitest.mjs', ...args], {
    cwd: root,
    stdio: ['ignore', output, output],
    env: projectEnvironment({ HEARTH_TEST_REPORT: report }),
  })
  const [status] = await once(child, 'exit')
  if (!existsSync(report)) return count(name, 0, 1, 0)
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, success } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  const broken = status !== 0 && numFailedTests === 0 ? Math.max(1, success ? 1 : numFailedTestSuites) : 0
  count(name, numPassedTests, numFailedTests + broken, numPendingTests)
}

/** Hosts and the window wait for each other more than for the processor, so all kinds of suites go at a time. */
async function whole() {
  const beside = ['hosts', 'markets'].map((name) => ({ name, log: join(results, `${name}.log`) }))
  await Promise.all([
    vitest('window', ['e2e']),
    ...beside.map(({ name, log }) => vitest(name, [name], openSync(log, 'w'))),
  ])
  for (const { log } of beside) process.stdout.write(readFileSync(log, 'utf8'))
}

/** Debian's Chromium for the window's tests. */
function chromium() {
  if (existsSync('/usr/bin/chromium') || process.env.HEARTH_CHROMIUM) return
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    process.stderr.write(
      'The window’s tests need Chromium: install it (Debian: apt-get install chromium) or set HEARTH_CHROMIUM to ' +
        'its path. They are skipped now.\n',
    )
    return
  }
  process.stderr.write('Installing Debian’s chromium (once) …\n')
  const apt = (...args) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', process.stderr, 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  if (
    apt('update').status !== 0 ||
    apt('install', '-y', '--no-install-recommends', 'chromium', 'libvulkan1', 'iproute2').status !== 0
  )
    fail('apt-get could not install chromium')
}
