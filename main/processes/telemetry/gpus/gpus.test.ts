import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DrmCards } from './drm.ts'
import { fresh } from './gpu.ts'
import { parseFdinfo } from './fdinfo.ts'
import { merge } from './index.ts'
import { parseIoreg } from './mac.ts'
import { parseNvidiaLine } from './nvidia.ts'
import { parseTypeperf } from './windows.ts'

const golden = (name: string): string => readFileSync(new URL(`../golden/${name}`, import.meta.url), 'utf8')
const nvidia = (name: string) => golden(name).split('\n').filter(Boolean).map(parseNvidiaLine)

describe('nvidia-smi', () => {
  test('tells two identical cards apart', () => {
    const [first, second] = nvidia('nvidia-two-cards.csv')
    expect(first).toMatchObject({
      name: 'NVIDIA GeForce RTX 4090',
      bus: '0000:01:00.0',
      load: 0.37,
      temperature: 61,
      watts: 214.37,
      memoryUsed: 8123 * 2 ** 20,
      memoryTotal: 24564 * 2 ** 20,
      fan: 0.41,
      driver: '560.35.03',
    })
    expect(second).toMatchObject({ load: 0, fan: 0, temperature: 38 })
    expect(second!.id).not.toBe(first!.id)
  })

  test('keeps a name with a comma, and leaves out a card that is lost', () => {
    const [first] = golden('nvidia-two-cards.csv').split('\n')
    expect(parseNvidiaLine(first!.replace('GeForce RTX 4090', 'Graphics, rev. 2'))).toMatchObject({
      name: 'NVIDIA Graphics, rev. 2',
      load: 0.37,
      bus: '0000:01:00.0',
    })
    expect(parseNvidiaLine(Array(10).fill('[GPU is lost]').join(', '))).toBeNull()
  })

  test('says null where a laptop says nothing', () => {
    expect(nvidia('nvidia-laptop.csv')[0]).toMatchObject({ watts: null, fan: null, temperature: 47, load: 0.03 })
  })

  test('is not believed what cannot be', () => {
    for (const card of nvidia('nvidia-lying.csv'))
      expect(card).toMatchObject({ load: null, temperature: null, watts: null, fan: null, memoryUsed: null })
  })

  test('is not misread where a line is cut off or another language', () => {
    expect(nvidia('nvidia-truncated.csv')).toEqual([null])
    expect(parseNvidiaLine('NVIDIA-SMI has failed because it couldn’t communicate with the NVIDIA driver.')).toBeNull()
    expect(parseNvidiaLine('')).toBeNull()
  })
})

describe('other systems', () => {
  test('macOS: an Apple chip by ioreg', () => {
    expect(parseIoreg(golden('ioreg-m2.txt'))).toMatchObject([
      { name: 'Apple M2', vendor: 'apple', load: 0.13, memoryUsed: 421_675_008, temperature: null },
    ])
  })

  test('Windows: each card’s busiest engine, summed over programs', () => {
    expect(parseTypeperf(golden('typeperf.csv'))).toMatchObject([
      { load: 0.4375, memoryUsed: 2_147_483_648 },
      { load: null, memoryUsed: 0 },
    ])
    expect(parseTypeperf('Error: No valid counters.')).toEqual([])
  })

  test('Intel: engine time by fdinfo, without the line about capacity', () => {
    expect(parseFdinfo(golden('fdinfo-i915.txt'))).toEqual({
      bus: '0000:00:02.0',
      client: '7',
      nanoseconds: 9_288_864_723 + 2_035_071_108,
    })
    expect(parseFdinfo('pos:\t0\nflags:\t02')).toBeNull()
  })
})

describe('the kernel’s list of cards', () => {
  let root: string
  const put = (path: string, text: string): void => {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${text}\n`)
  }
  const card = (
    n: number,
    bus: string,
    driver: string,
    vendor: string,
    files: Readonly<Record<string, string>>,
  ): void => {
    put(`sys/class/drm/card${n}/device/uevent`, `DRIVER=${driver}\nPCI_SLOT_NAME=${bus}`)
    put(`sys/class/drm/card${n}/device/vendor`, vendor)
    put(`sys/class/drm/card${n}/device/device`, '0x744c')
    for (const [name, text] of Object.entries(files)) put(`sys/class/drm/card${n}/device/${name}`, text)
  }
  const amd = {
    gpu_busy_percent: '64',
    mem_info_vram_used: '4294967296',
    mem_info_vram_total: '25753026560',
    'hwmon/hwmon3/temp1_input': '68000',
    'hwmon/hwmon3/power1_average': '187000000',
    'hwmon/hwmon3/pwm1': '102',
    'power/runtime_status': 'active',
  }
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'hearth-drm-'))))
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  test('tells what amdgpu measures', async () => {
    card(0, '0000:03:00.0', 'amdgpu', '0x1002', amd)
    const gpus = await new DrmCards(root).read()
    expect(gpus).toMatchObject([
      {
        id: '0000:03:00.0',
        vendor: 'amd',
        load: 0.64,
        temperature: 68,
        watts: 187,
        memoryUsed: 4_294_967_296,
        memoryTotal: 25_753_026_560,
        fan: 0.4,
        asleep: false,
      },
    ])
  })

  test('leaves a suspended card asleep: not one sensor of it is opened', async () => {
    card(0, '0000:03:00.0', 'amdgpu', '0x1002', { ...amd, 'power/runtime_status': 'suspended' })
    const gpus = await new DrmCards(root).read()
    expect(gpus).toMatchObject([{ asleep: true, load: null, temperature: null }])
  })

  test('keeps a card without any sensor, and leaves out a screen that is no card', async () => {
    card(0, '0000:00:02.0', 'i915', '0x8086', { 'power/runtime_status': 'active' })
    card(1, '0000:05:00.0', 'ast', '0x1a03', {})
    put('sys/class/drm/card0-HDMI-A-1/status', 'connected')
    expect(await new DrmCards(root).read()).toMatchObject([
      { vendor: 'intel', driver: 'i915', load: null, watts: null },
    ])
  })

  test('takes an Intel card’s load from the time that its engines worked between two readings', async () => {
    card(0, '0000:00:02.0', 'i915', '0x8086', { 'power/runtime_status': 'active' })
    let nanoseconds = 1e9
    const cards = new DrmCards(root, () => Promise.resolve(nanoseconds))
    expect((await cards.read())[0]!.load).toBeNull()
    nanoseconds += 1e15
    expect((await cards.read())[0]!.load).toBe(1)
    nanoseconds = 0
    expect((await cards.read())[0]!.load).toBeNull()
  })

  test('does not have nvidia-smi wake a laptop’s card, and lets it fall asleep', async () => {
    card(0, '0000:01:00.0', 'nvidia', '0x10de', { 'power/runtime_status': 'suspended', 'power/control': 'auto' })
    const cards = new DrmCards(root)
    expect(await cards.mayRead()).toBe(false)
    expect(await cards.canSleep()).toBe(true)
    put('sys/class/drm/card0/device/power/runtime_status', 'active')
    put('sys/class/drm/card0/device/power/control', 'on')
    expect(await cards.mayRead()).toBe(true)
    expect(await cards.canSleep()).toBe(false)
  })

  test('waits for no card that hangs, tells the others, and lets one that was taken away leave', async () => {
    card(0, '0000:03:00.0', 'amdgpu', '0x1002', amd)
    card(1, '0000:00:02.0', 'i915', '0x8086', { 'power/runtime_status': 'active' })
    const cards = new DrmCards(root, () => new Promise(() => {}))
    expect((await cards.read()).map(({ id }) => id)).toEqual(['0000:03:00.0'])
    rmSync(join(root, 'sys/class/drm/card0'), { recursive: true })
    expect(await cards.read()).toEqual([])
  })

  test('joins what the kernel and nvidia-smi know of one card', async () => {
    card(0, '0000:01:00.0', 'nvidia', '0x10de', { 'power/runtime_status': 'active' })
    card(1, '0000:03:00.0', 'amdgpu', '0x1002', amd)
    const told = fresh(nvidia('nvidia-two-cards.csv').filter((gpu) => gpu !== null))
    const cards = merge(await new DrmCards(root).read(), told)
    expect(cards.map(({ name }) => name)).toEqual(['NVIDIA GeForce RTX 4090', 'AMD 0x744c', 'NVIDIA GeForce RTX 4090'])
    expect(merge([], told)).toHaveLength(2)
    const asleep = (await new DrmCards(root).read()).map((gpu) => ({ ...gpu, asleep: true }))
    expect(merge(asleep, told)[0]).toMatchObject({ asleep: true, load: null, name: 'NVIDIA GeForce RTX 4090' })
  })
})
