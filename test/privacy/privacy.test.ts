import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const cli = join(import.meta.dirname, '../../main/headless/cli.ts')

/** A network namespace of our own: loopback, and a dummy interface with the default route that counts what would leave. */
const inNamespace = (script: string, env: Record<string, string>) => spawnSync('unshare', ['--net', '--', 'bash', '-c', `set -e; ip link set lo up; ip link add out0 type dummy; sysctl -qw net.ipv6.conf.out0.disable_ipv6=1; ip addr add 192.0.2.2/24 dev out0; ip link set out0 up; ip route add default via 192.0.2.1 dev out0; ip neigh add 192.0.2.1 lladdr 02:00:00:00:00:01 dev out0; ${script}`], { encoding: 'utf8', env, timeout: 150_000 })

const works = process.platform === 'linux' ? inNamespace('true', { PATH: process.env.PATH! }) : null
const whyNot = works?.status === 0 ? null : `no network namespace here: ${works?.stderr.trim().slice(0, 100) ?? 'not Linux'}`

test.skipIf(whyNot)(`the counter notices a single packet that leaves${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  const { stdout } = inNamespace(`echo x > /dev/udp/198.51.100.1/9; ip -s link show out0 | tail -1 | awk '{print $2}'`, { PATH: process.env.PATH! })
  expect(Number(stdout.trim())).toBeGreaterThan(0)
})

test.skipIf(whyNot)(`a whole order sends nothing beyond this machine and leaves no device id behind${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'hearth-home-'))
  const run = inNamespace(`'${process.execPath}' '${cli}' demo --rows 4096 --net small --json 2>/dev/null | tail -1; ip -s link show out0 | tail -1 | awk '{print $2}'`, { PATH: process.env.PATH!, HOME: home, XDG_CACHE_HOME: join(home, '.cache'), XDG_DATA_HOME: join(home, '.local/share') })
  const [result = '{}', packets = ''] = run.stdout.trim().split('\n')
  expect(JSON.parse(result), run.stderr).toMatchObject({ state: 'completed', conserved: true })
  expect(packets.trim()).toBe('0')
  const left = existsSync(home) ? readdirSync(home, { recursive: true, encoding: 'utf8' }) : []
  expect(left.filter((name) => /device|telemetry|onnx/i.test(name))).toEqual([])
  rmSync(home, { recursive: true, force: true })
})
