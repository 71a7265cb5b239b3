import { readFile, writeFile } from 'node:fs/promises'
import type { Api } from '../../../common/api/index.ts'
import type { MachineNow } from '../../../common/api/machine.ts'
import type { GpuSample, NumberReading, Sample } from '../../../common/model/telemetry.ts'
import { until } from '../../cli/act.ts'
import type { CommandGroup } from '../../cli/command-group.ts'
import { writingFor } from '../../core/private-files.ts'
import { ask, command } from '../../cli/commands.ts'
import { say } from '../../cli/output.ts'

const number = ({ value, source }: NumberReading, unit: string, scale = 1): string =>
  value === null ? `– (${source})` : `${(value * scale).toFixed(unit === 'GB' ? 1 : 0)} ${unit}`

const gpuInWords = (gpu: GpuSample): string =>
  gpu.asleep
    ? 'asleep'
    : [
        number(gpu.load, '%', 100),
        number(gpu.temperature, '°C'),
        number(gpu.watts, 'W'),
        `${number(gpu.memoryUsed, 'GB', 1e-9)} of ${number(gpu.memoryTotal, 'GB', 1e-9)}`,
        `fan ${number(gpu.fan, '%', 100)}`,
      ].join(', ')

function batteryInWords({ inUse, charge }: Sample['battery']): string {
  if (inUse.value === null) return '–'
  return inUse.value ? number(charge, '% left', 100) : 'not in use'
}

function inWords({ sample, blockReasons }: MachineNow): string {
  if (!sample) return 'the sensors have not answered yet'
  const { cpu, memory, battery, idle, game, gpus } = sample
  const blocks = blockReasons.map(({ reason, value, limit }) =>
    [reason, value, limit && `limit ${limit}`].filter(Boolean).join(' '),
  )
  return [
    `processor  ${number(cpu.load, '%', 100)}, ${number(cpu.temperature, '°C')}, ${number(cpu.watts, 'W')}`,
    `memory     ${number(memory.used, 'GB', 1e-9)} of ${number(memory.total, 'GB', 1e-9)}`,
    ...gpus.map((gpu) => `${gpu.name}  ${gpuInWords(gpu)}`),
    `battery    ${batteryInWords(battery)}`,
    `owner      ${number(idle, 's without a touch')}, game: ${game.value === null ? '–' : game.value || 'none'}`,
    `paid work  ${blocks.length === 0 ? 'may run' : blocks.join('; ')}`,
  ].join('\n')
}

/** The sensors need a moment after the start, and rates need two readings: they are looked at closely until then. */
async function settled(api: Api): Promise<MachineNow> {
  const looking = new AbortController()
  const watched = await api.machine.watch({}, { signal: looking.signal })
  // What is not read from does not begin.
  void watched.next().catch(() => {})
  try {
    return await until('the sensors', async () => {
      const now = await api.machine.now({})
      return now.sample?.cpu.load.value != null && now
    })
  } finally {
    looking.abort()
  }
}

/** `machine`: what the owner's machine is and does, and the rules that keep it the owner's. */
export const machineCommands: CommandGroup = (program) => {
  const machine = command(program, 'machine', 'what this machine is and does at this moment').action(
    ask(
      async (api) => ({
        report: (await api.earn.machine({})).report,
        isolation: await api.machine.isolation({}),
        ...(await settled(api)),
      }),
      ({ report, isolation, ...now }) =>
        `${report.processor ?? 'unknown processor'}, ${report.system}\n${inWords(now)}\nisolation  ` +
        `${isolation.tier}${isolation.why ? `: ${isolation.why}` : ''}`,
    ),
  )
  command(machine, 'watch', 'show it every second until interrupted').action(
    ask(async (api) => {
      let last: MachineNow = { sample: null, blockReasons: [] }
      for await (const now of await api.machine.watch({})) say(inWords((last = now)))
      return last
    }, inWords),
  )
  command(machine, 'rules', 'show the comfort rules').action(
    ask(
      (api) => api.machine.rules({}),
      ({ rules, neverRuns }) =>
        `${JSON.stringify(rules, null, 2)}${neverRuns ? '\nno hour of this schedule is open: work never runs' : ''}`,
    ),
  )
  command(machine, 'export-rules <file>', 'write the comfort rules to a file').action(
    ask(
      async (api, _, [file]) => {
        const { text } = await api.machine.exportRules({})
        await writingFor(file, () => writeFile(file, text))
        return { file: String(file) }
      },
      ({ file }) => file,
    ),
  )
  command(machine, 'import-rules <file>', 'import comfort rules from a file').action(
    ask(
      async (api, _, [file]) => api.machine.importRules({ text: await readFile(file, 'utf8') }),
      ({ neverRuns }) =>
        neverRuns ? 'taken over; no hour of this schedule is open, so work never runs' : 'taken over',
    ),
  )
}
