import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseTasklist, runningGame, steamGame } from './apps.ts'
import { battery } from './battery.ts'
import { idleMeter, metered } from './idle.ts'
import { loadMeter, powerMeter, processorTemperature } from './processor.ts'
import { diskCounters, networkCounters, rates } from './traffic.ts'

let root: string
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), `${text}\n`)
}
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'hearth-sources-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('whether the owner is there', () => {
  const ownerIdle = (tool: Parameters<typeof idleMeter>[0], platform: NodeJS.Platform, at: number) =>
    idleMeter(tool, platform)(at)
  const tools = (answers: Readonly<Record<string, string>>) => (command: string, args: readonly string[]) =>
    Promise.resolve(Object.entries(answers).find(([key]) => `${command} ${args.join(' ')}`.includes(key))?.[1] ?? null)
  const now = 1_800_000_000_000

  test('is asked of GNOME, then of KDE, then of X11', async () => {
    expect(await ownerIdle(tools({ Mutter: '(uint64 125034,)' }), 'linux', now)).toEqual({
      value: 125.034,
      source: 'gnome',
    })
    expect(await ownerIdle(tools({ ScreenSaver: '(uint32 61000,)' }), 'linux', now)).toEqual({
      value: 61,
      source: 'screensaver',
    })
    expect(await ownerIdle(tools({ xprintidle: '1500' }), 'linux', now)).toEqual({ value: 1.5, source: 'x11' })
  })

  test('is known to logind: the least idle session counts, and a closing one does not', async () => {
    const list = JSON.stringify([
      { session: '2', uid: 1000, user: 'a' },
      { session: '7', uid: 1001, user: 'b' },
      { session: 'c1', uid: 120, user: 'gdm' },
    ])
    const idle = (seconds: number) =>
      `Class=user\nState=active\nIdleHint=yes\nIdleSinceHint=${(now / 1000 - seconds) * 1e6}`
    const found = await ownerIdle(
      tools({
        'list-sessions': list,
        'show-session 2': idle(600),
        'show-session 7': idle(90),
        'show-session c1': 'Class=greeter\nState=active\nIdleHint=no\nIdleSinceHint=0',
      }),
      'linux',
      now,
    )
    expect(found!.source).toBe('logind')
    expect(found!.value).toBeCloseTo(90, 3)
    const busy = await ownerIdle(
      tools({
        'list-sessions': list.slice(0, -1) + ']',
        'show-session': 'Class=user\nState=active\nIdleHint=no\nIdleSinceHint=0',
      }),
      'linux',
      now,
    )
    expect(busy).toEqual({ value: 0, source: 'logind' })
  })

  test('is clear on a machine that nobody is logged in to', async () => {
    expect((await ownerIdle(tools({ 'list-sessions': '[]' }), 'linux', now))!.value).toBeGreaterThan(0)
  })

  test('is unknown where nobody answers, or answers nonsense', async () => {
    expect(await ownerIdle(tools({}), 'linux', now)).toBeNull()
    expect(
      await ownerIdle(
        tools({ Mutter: '(uint64 99999999999999999999,)', 'list-sessions': '{"sessions":' }),
        'linux',
        now,
      ),
    ).toBeNull()
    expect(
      await ownerIdle(tools({ 'list-sessions': '[{"session":"2"}]', 'show-session': 'Failed' }), 'linux', now),
    ).toEqual({ value: null, source: 'logind' })
  })

  test('asks only whoever answered, and all again when that one falls silent or some seconds have passed', async () => {
    const calls: string[] = []
    const answers: Record<string, string> = { ScreenSaver: '(uint32 61000,)' }
    const meter = idleMeter((command, args) => {
      calls.push(command)
      return Promise.resolve(Object.entries(answers).find(([key]) => args.join(' ').includes(key))?.[1] ?? null)
    }, 'linux')
    await meter(now)
    expect(calls).toEqual(['gdbus', 'gdbus'])
    await meter(now)
    expect(calls).toHaveLength(3)
    delete answers['ScreenSaver']
    expect(await meter(now)).toBeNull()
    answers['Mutter'] = '(uint64 5000,)'
    expect(await meter(now)).toEqual({ value: 5, source: 'gnome' })
    const before = calls.length
    for (let i = 0; i < 16; i++) await meter(now)
    expect(calls.length - before).toBe(16)
  })

  test('is told by a Mac in nanoseconds', async () => {
    expect(await ownerIdle(tools({ IOHIDSystem: '    | |   "HIDIdleTime" = 4200000000' }), 'darwin', now)).toEqual({
      value: 4.2,
      source: 'ioreg',
    })
  })

  test.each([
    ['(<uint32 1>,)', true],
    ['(<uint32 4>,)', false],
    ['(<uint32 3>,)', true],
    ['(<uint32 0>,)', null],
  ])('metered: %s', async (answer, value) => {
    expect((await metered(() => Promise.resolve(answer)))!.value).toBe(value)
  })
})

describe('games', () => {
  const steam = (id: string): string =>
    `"Registry"\n{\n"HKCU"\n{\n"Software"\n{\n"Valve"\n{\n"Steam"\n{\n"RunningAppID"\t\t"${id}"\n}}}}}`
  test('are what Steam says it runs, while Steam runs', async () => {
    expect(steamGame(steam('440'))).toBe('440')
    expect(steamGame(steam('0'))).toBeNull()
    put('home/.steam/registry.vdf', steam('440'))
    put('proc/10/comm', 'bash')
    expect(await runningGame([], { root, home: join(root, 'home') })).toEqual({ value: false, source: 'steam' })
    put('proc/11/comm', 'steam')
    expect(await runningGame([], { root, home: join(root, 'home') })).toEqual({ value: 'Steam 440', source: 'steam' })
  })

  test('are what the owner lists, by the fifteen letters that the kernel keeps', async () => {
    put('proc/10/comm', 'factorio')
    put('proc/11/comm', 'a-game-with-a-l')
    const from = { root, home: join(root, 'home') }
    expect(await runningGame(['Factorio'], from)).toEqual({ value: 'Factorio', source: 'processes' })
    expect(await runningGame(['a-game-with-a-long-name.exe'], from)).toMatchObject({
      value: 'a-game-with-a-long-name.exe',
    })
    expect(await runningGame(['chess'], from)).toEqual({ value: false, source: 'processes' })
  })

  test('are found in Windows’ list', () => {
    expect(
      parseTasklist(
        '"System Idle Process","0","Services","0","8 K"\r\n"Game, The.exe","4120","Console","1","2.012.388 ' +
          'K"\r\nINFO: none',
      ),
    ).toEqual(['System Idle Process', 'Game, The.exe'])
  })
})

describe('the kernel’s sensors', () => {
  test('tell the package’s temperature before a core’s, and nothing for a sensor without a connection', async () => {
    put('sys/class/hwmon/hwmon0/name', 'nvme')
    put('sys/class/hwmon/hwmon0/temp1_input', '91000')
    put('sys/class/hwmon/hwmon1/name', 'coretemp')
    put('sys/class/hwmon/hwmon1/temp1_input', '55000')
    put('sys/class/hwmon/hwmon1/temp1_label', 'Core 0')
    put('sys/class/hwmon/hwmon1/temp2_input', '63000')
    put('sys/class/hwmon/hwmon1/temp2_label', 'Package id 0')
    expect(await processorTemperature(root)).toEqual({ value: 63, source: 'coretemp' })
    put('sys/class/hwmon/hwmon1/temp2_input', '-128000')
    expect(await processorTemperature(root)).toEqual({ value: null, source: 'coretemp' })
    expect(await processorTemperature(join(root, 'none'))).toBeNull()
  })

  test('tell watts between two readings, and nothing when the counter began anew', async () => {
    put('sys/class/powercap/intel-rapl:0/energy_uj', '1000000')
    const meter = powerMeter(root)
    expect((await meter())!.value).toBeNull()
    put('sys/class/powercap/intel-rapl:0/energy_uj', '5000')
    expect((await meter())!.value).toBeNull()
    expect(await powerMeter(join(root, 'none'))()).toBeNull()
  })

  test('tell plugged in and battery, and ignore a mouse’s', async () => {
    expect(await battery(root, 'linux')).toEqual({ inUse: false, charge: null })
    put('sys/class/power_supply/mouse/type', 'Battery')
    put('sys/class/power_supply/mouse/scope', 'Device')
    put('sys/class/power_supply/mouse/status', 'Discharging')
    expect(await battery(root, 'linux')).toEqual({ inUse: false, charge: null })
    put('sys/class/power_supply/BAT0/type', 'Battery')
    put('sys/class/power_supply/BAT0/status', 'Discharging')
    put('sys/class/power_supply/BAT0/capacity', '57')
    expect(await battery(root, 'linux')).toEqual({ inUse: true, charge: 0.57 })
    put('sys/class/power_supply/AC/type', 'Mains')
    put('sys/class/power_supply/AC/online', '1')
    expect(await battery(root, 'linux')).toEqual({ inUse: false, charge: 0.57 })
    put('sys/class/power_supply/AC/online', '0')
    put('sys/class/power_supply/BAT0/status', 'Unknown')
    expect(await battery(root, 'linux')).toEqual({ inUse: true, charge: 0.57 })
  })

  test('tell traffic of cards and disks, not of the loopback, partitions or loops', async () => {
    put(
      'proc/net/dev',
      'Inter-|   Receive  | Transmit\n face |bytes packets errs drop fifo frame compressed multicast|bytes\n    ' +
        'lo: 999 1 0 0 0 0 0 0 999 1 0 0 0 0 0 0\n  eth0: 1000 5 0 0 0 0 0 0 400 4 0 0 0 0 0 0\n wlan0: 20 1 0 0 0 0 ' +
        '0 0 3 1 0 0 0 0 0 0',
    )
    expect(await networkCounters(root)).toEqual({ received: 1020, sent: 403 })
    put('sys/block/sda/size', '1')
    put('sys/block/loop0/size', '1')
    put(
      'proc/diskstats',
      '   8       0 sda 10 0 200 5 20 0 400 6 0 7 8\n   8       1 sda1 10 0 200 5 20 0 400 6 0 7 8\n   7       0 ' +
        'loop0 1 0 9 1 1 0 9 1 0 1 1',
    )
    expect(await diskCounters(root)).toEqual({ read: 200 * 512, written: 400 * 512 })
  })

  test('give rates from the second reading on, and none over a counter that began anew', async () => {
    let count = 100
    const meter = rates(() => Promise.resolve({ bytes: count }), 'test')
    expect((await meter())!.value).toBeNull()
    count = 5_000
    expect((await meter())!.value!.bytes).toBeGreaterThan(0)
    count = 10
    expect((await meter())!.value).toBeNull()
    let times = { busy: 0, all: 0 }
    const load = loadMeter(() => times)
    times = { busy: 30, all: 40 }
    expect((await load()).value).toBe(0.75)
    expect((await load()).value).toBeNull()
  })
})
