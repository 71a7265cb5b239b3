import type { Gate, GateName } from '../../../../common/api/doctor.ts'
import type { BlockReasonKind, BlockReason } from '../../../../common/model/idle-policy/judge.ts'
import type { IdlePolicy } from '../../../../common/model/idle-policy/rules.ts'
import { neverRuns } from '../../../../common/model/idle-policy/judge.ts'
import { nextChange } from '../../../../common/model/idle-policy/schedule.ts'
import type { NumberReading, Sample } from '../../../../common/model/telemetry.ts'

const number = ({ value, source }: NumberReading, unit: string, scale = 1): string =>
  value === null ? `not told by ${source}` : `${Math.round(value * scale)} ${unit}`
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
  const gate = (name: GateName, reasons: readonly BlockReasonKind[], value: string | null, fix: string): Gate => {
    const found = blockReasons.find(({ reason }) => reasons.includes(reason))
    const notified = found && [found.value, found.limit && `limit ${found.limit}`].filter(Boolean).join(', ')
    return {
      name,
      state: !sample ? 'unknown' : found ? 'blocked' : 'ok',
      value: notified || value,
      fix: found ? fix : null,
    }
  }
  const change = rules.schedule ? nextChange(rules.schedule, now) : null
  const until = change === null ? '' : ` until ${new Date(change).toISOString()}`
  const cards = sample?.gpus.filter(({ asleep }) => !asleep) ?? []
  const [temperature, watts, fan, load] = [
    sample && highest([sample.cpu.temperature, ...cards.map((card) => card.temperature)]),
    sample && highest([sample.cpu.watts, ...cards.map((card) => card.watts)]),
    highest(cards.map((card) => card.fan)),
    highest(cards.map((card) => card.load)),
  ]
  return [
    gate(
      'sensors',
      ['no-telemetry', 'sensor-silent'],
      sample ? 'answer' : null,
      'take the cap off whose sensor this machine does not have, or see the log',
    ),
    gate(
      'schedule',
      ['outside-schedule'],
      rules.schedule
        ? neverRuns(rules)
          ? 'no hour is open'
          : `${blockReasons.some(({ reason }) => reason === 'outside-schedule') ? 'closed' : 'open'}${until}`
        : 'no schedule',
      neverRuns(rules)
        ? 'open an hour of the schedule in Earn: as it is, work never runs'
        : 'wait, or change the schedule in Earn',
    ),
    gate(
      'idle',
      ['not-idle'],
      rules.idleMinutes === null ? 'no rule' : sample && number(sample.idle, 's without a touch'),
      'leave the machine alone, or let work run while you are there (Earn)',
    ),
    gate(
      'game',
      ['game'],
      rules.games ? (sample?.game.value === null ? 'not told' : 'none runs') : 'no rule',
      'end the game, or take its name off the list in Earn',
    ),
    gate(
      'gpuLoad',
      ['gpu-busy'],
      load ? number(load, '% at most', 100) : 'no graphics card',
      'end what uses the graphics card, or raise the limit in Earn',
    ),
    gate(
      'battery',
      ['on-battery'],
      sample?.battery.inUse.value === false ? 'plugged in' : 'on battery',
      'plug the machine in, or allow work on battery in Earn',
    ),
    gate(
      'metered',
      ['metered'],
      sample?.network.metered.value === false ? 'not metered' : 'not told',
      'use another connection, or allow metered ones in Earn',
    ),
    gate(
      'temperature',
      ['too-hot'],
      temperature && number(temperature, '°C at most'),
      'let the machine cool, or raise the cap in Earn',
    ),
    gate('power', ['too-much-power'], watts && number(watts, 'W at most'), 'raise the cap in Earn'),
    gate('noise', ['too-loud'], fan ? number(fan, '% of the fan', 100) : 'no fan is told', 'raise the cap in Earn'),
  ]
}
