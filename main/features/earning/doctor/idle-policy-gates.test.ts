import { expect, test } from 'vitest'
import type { GateName } from '../../../../common/api/doctor.ts'
import type { BlockReason } from '../../../../common/model/idle-policy/judge.ts'
import { defaultIdlePolicy } from '../../../../common/model/idle-policy/rules.ts'
import type { Sample } from '../../../../common/model/telemetry.ts'
import { gateWords } from '../../../cli/in-words.ts'
import { idlePolicyGates } from './idle-policy-gates.ts'

const told = <T>(value: T) => ({ value, source: 'hwmon', age: 0 })
const sample = (metered: boolean | null, onBattery: boolean | null = false): Sample => ({
  time: 0,
  cpu: { load: told(0.2), temperature: told(61.4), watts: told(null) },
  memory: { used: told(1), total: told(2) },
  disk: { read: told(0), written: told(0) },
  network: { received: told(0), sent: told(0), metered: told(metered) },
  battery: { inUse: told(onBattery), charge: told(null) },
  idle: told(90),
  game: told<string | false>(false),
  gpus: [],
})
const words = (name: GateName, metered: boolean | null, blockReasons: readonly BlockReason[] = []): string => {
  const gates = idlePolicyGates({ rules: defaultIdlePolicy, sample: sample(metered), blockReasons, now: 0 })
  return gateWords(gates.find((gate) => gate.name === name)!.value!)
}

test('a gate of the owner’s rules says what the machine tells, or who does not tell it', () => {
  expect(words('temperature', null)).toBe('61 °C at most')
  expect(words('power', null)).toBe('not told by hwmon')
  expect(words('gpuLoad', null)).toBe('no graphics card')
  expect([true, false, null].map((metered) => words('metered', metered))).toEqual([
    'metered',
    'not metered',
    'not known',
  ])
})

test('a gate that is shut says the value that decided and the limit', () => {
  const hot: BlockReason = { reason: 'too-hot', value: '91 °C', limit: '80 °C', until: null }
  expect(words('temperature', null, [hot])).toBe('91 °C, limit 80 °C')
})

test('what is not told is no value: neither before the first sample, nor where a sensor is silent', () => {
  const gates = (given: Sample | null) =>
    idlePolicyGates({ rules: defaultIdlePolicy, sample: given, blockReasons: [], now: 0 })
  expect(gates(null).map(({ value }) => value)).toEqual(gates(null).map(() => null))
  expect(gates(sample(null, null)).find(({ name }) => name === 'battery')?.value).toMatchObject({ code: 'notTold' })
})
