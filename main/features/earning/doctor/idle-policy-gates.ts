import type { Gate, GateName } from '../../../../common/api/doctor.ts'
import { at, type GateValue } from '../../../../common/model/gate-value-names.ts'
import type { BlockReasonKind, BlockReason } from '../../../../common/model/idle-policy/judge.ts'
import type { IdlePolicy } from '../../../../common/model/idle-policy/rules.ts'
import { neverRuns } from '../../../../common/model/idle-policy/judge.ts'
import { nextChange } from '../../../../common/model/idle-policy/schedule.ts'
import type { NumberReading, Sample } from '../../../../common/model/telemetry.ts'

/** @param unit of what is told, which has no language */
const atMost = ({ value, source }: NumberReading, unit: string, scale = 1): GateValue =>
  value === null
    ? { code: 'notToldBy', args: { source } }
    : { code: 'atMost', args: { value: `${Math.round(value * scale)} ${unit}` } }
const untouched = ({ value, source }: NumberReading): GateValue =>
  value === null ? { code: 'notToldBy', args: { source } } : { code: 'untouched', args: { time: Math.round(value) } }
const highest = (readings: readonly NumberReading[]): NumberReading | null =>
  readings.toSorted((a, b) => (b.value ?? -1) - (a.value ?? -1))[0] ?? null

interface Comfort {
  readonly rules: IdlePolicy
  readonly sample: Sample | null
  readonly blockReasons: readonly BlockReason[]
  readonly now: number
}

/** The gates that the owner's own rules put up, each with what the machine tells at present. */
export function idlePolicyGates({ rules, sample, blockReasons, now }: Comfort): Gate[] {
  const gate = (name: GateName, reasons: readonly BlockReasonKind[], value: GateValue | null): Gate => {
    const found = blockReasons.find(({ reason }) => reasons.includes(reason))
    return {
      name,
      state: !sample ? 'unknown' : found ? 'blocked' : 'ok',
      // Before the machine has told anything, there is nothing to say of it.
      value: sample && ((found && deciding(found)) ?? value),
    }
  }
  const cards = sample?.gpus.filter(({ asleep }) => !asleep) ?? []
  const [temperature, watts, fan, load] = [
    sample && highest([sample.cpu.temperature, ...cards.map((card) => card.temperature)]),
    sample && highest([sample.cpu.watts, ...cards.map((card) => card.watts)]),
    highest(cards.map((card) => card.fan)),
    highest(cards.map((card) => card.load)),
  ]
  return [
    gate('sensors', ['no-telemetry', 'sensor-silent'], at('answer')),
    gate('schedule', ['outside-schedule'], scheduleValue(rules, blockReasons, now)),
    gate('idle', ['not-idle'], rules.idleMinutes === null ? at('noRule') : sample && untouched(sample.idle)),
    gate('game', ['game'], at(rules.games ? (sample?.game.value === null ? 'notTold' : 'noGame') : 'noRule')),
    gate('gpuLoad', ['gpu-busy'], load ? atMost(load, '%', 100) : at('noCard')),
    gate('battery', ['on-battery'], at(toldBy(sample?.battery.inUse.value, 'onBattery', 'pluggedIn'))),
    gate('metered', ['metered'], at(toldBy(sample?.network.metered.value, 'metered', 'notMetered'))),
    gate('temperature', ['too-hot'], temperature && atMost(temperature, '°C')),
    gate('power', ['too-much-power'], watts && atMost(watts, 'W')),
    gate('noise', ['too-loud'], fan ? atMost(fan, '%', 100) : at('noFan')),
  ]
}

/** The value that decided, and the limit that it is over. */
function deciding({ value, limit }: BlockReason): GateValue | null {
  if (value === null) return limit === null ? null : { code: 'measured', args: { value: limit } }
  return limit === null ? { code: 'measured', args: { value } } : { code: 'measuredLimit', args: { value, limit } }
}

function scheduleValue(rules: IdlePolicy, blockReasons: readonly BlockReason[], now: number): GateValue {
  if (!rules.schedule) return at('noSchedule')
  if (neverRuns(rules)) return at('noHour')
  const time = nextChange(rules.schedule, now)
  const closed = blockReasons.some(({ reason }) => reason === 'outside-schedule')
  if (time === null) return at(closed ? 'closed' : 'open')
  return { code: closed ? 'closedUntil' : 'openUntil', args: { time } }
}

/** @param flag null or undefined where the machine does not tell */
const toldBy = <Yes extends string, No extends string>(flag: boolean | null | undefined, yes: Yes, no: No) =>
  flag == null ? 'notTold' : flag ? yes : no
