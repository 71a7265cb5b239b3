import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const cli = join(import.meta.dirname, '../../main/headless/cli.ts')

/** A network namespace with loopback alone: the kernel counts each packet for which there is no way out. */
const inNamespace = (script: string, env: Record<string, string> = {}) =>
  spawnSync(
    'unshare',
    [
      '--net',
      '--',
      'bash',
      '-c',
      `ip link set lo up && ${script}; echo; echo "lost $(awk '/^Ip:/ && $2 ~ /^[0-9]/ { print $13 }' ` +
        `/proc/net/snmp) $(awk '/^Ip6OutNoRoutes/ { print $2 }' /proc/net/snmp6)"`,
    ],
    { encoding: 'utf8', env: { PATH: process.env.PATH!, ...env }, timeout: 150_000 },
  )
const lost = (stdout: string): number =>
  stdout
    .trim()
    .split('\n')
    .at(-1)!
    .split(' ')
    .slice(1)
    .reduce((sum, count) => sum + Number(count), 0)

const works = process.platform === 'linux' ? inNamespace('true') : null
const whyNot =
  works?.status === 0 ? null : `no network namespace here: ${works?.stderr.trim().slice(0, 100) ?? 'not Linux'}`

test.skipIf(whyNot)(
  `the counter notices a single packet that would leave${whyNot ? ` (skipped: ${whyNot})` : ''}`,
  () => {
    expect(lost(inNamespace('true').stdout)).toBe(0)
    expect(lost(inNamespace('echo x 2>/dev/null > /dev/udp/198.51.100.1/9 || true').stdout)).toBeGreaterThan(0)
    expect(lost(inNamespace('echo x 2>/dev/null > /dev/tcp/198.51.100.1/9 || true').stdout)).toBeGreaterThan(0)
  },
)

test.skipIf(whyNot)(
  `a whole order sends nothing beyond this machine and leaves no device id ` +
    `behind${whyNot ? ` (skipped: ${whyNot})` : ''}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'hearth-home-'))
    const { stdout, stderr } = inNamespace(`'${process.execPath}' '${cli}' demo --rows 4096 --net small --json`, {
      HOME: home,
      XDG_CACHE_HOME: join(home, '.cache'),
      XDG_DATA_HOME: join(home, '.local/share'),
    })
    expect(JSON.parse(stdout.split('\n')[0] || '{}'), stderr).toMatchObject({ state: 'completed', conserved: true })
    expect(lost(stdout)).toBe(0)
    expect(
      readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => /device|telemetry|onnx/i.test(name)),
    ).toEqual([])
    rmSync(home, { recursive: true, force: true })
  },
)
