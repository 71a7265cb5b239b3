import type { Gate } from '../../../../common/api/doctor.ts'
import { backendNames } from '../../../../common/model/backend-names.ts'
import { at } from '../../../../common/model/gate-value-names.ts'
import type { FolderFindings } from '../../../core/private-files.ts'
import type { DoctorPorts } from './doctor.ts'
import { gate, plain, warning } from './gate.ts'

const LEAST_DISK = 512 * 1024 * 1024
const LEAST_MEMORY = 512 * 1024 * 1024
const DAY_MS = 86_400_000
/** A machine changes: drivers, dust, what else runs on it. */
const BENCHMARK_DAYS = 30

export async function machineGates(ports: DoctorPorts): Promise<Gate[]> {
  const disk = await ports.machine.freeDisk()
  return [
    benchmarkGate(ports),
    exactGate(ports),
    gate('disk', disk >= LEAST_DISK, { code: 'free', args: { size: disk } }),
    privacyGate(ports.folder.findings),
  ]
}

function benchmarkGate({ machine, clock }: DoctorPorts): Gate {
  const benchmark = machine.latest()
  if (!benchmark) return gate('benchmark', false, null)
  const age = clock.now() - benchmark.time
  return age > BENCHMARK_DAYS * DAY_MS
    ? warning('benchmark', false, { code: 'daysOld', args: { days: Math.floor(age / DAY_MS) } })
    : gate('benchmark', true, { code: 'at', args: { time: benchmark.time } })
}

/** Whether other accounts of this machine are kept out of the data folder. */
export function privacyGate(findings: FolderFindings | null): Gate {
  if (!findings) return gate('private', null, null)
  const { open, links, mended, complete } = findings
  const named = (files: readonly string[]): { files: string } => ({ files: files.slice(0, 3).join(', ') })
  // The worst that was found.
  if (open.length > 0) return warning('private', false, { code: 'readable', args: named(open) })
  if (links.length > 0) return warning('private', false, { code: 'linked', args: named(links) })
  if (!complete) return warning('private', false, at('tooMany'))
  return warning('private', true, mended > 0 ? { code: 'modesMended', args: { count: mended } } : at('yoursAlone'))
}

function exactGate({ machine, config }: DoctorPorts): Gate {
  const backend = machine.latest()?.backends.find((item) => item.backend === config.get().earn.backend)
  return gate(
    'exact',
    backend ? backend.exact : null,
    backend ? (plain(backend.message) ?? { code: 'exact', args: { backend: backendNames[backend.backend] } }) : null,
  )
}

/** What strangers' work needs of the machine at this moment. */
export function workGates({ isolation, feed, misfit, clock }: DoctorPorts): Gate[] {
  const { used, total } = feed.latest?.memory ?? {}
  const memory = used?.value != null && total?.value != null ? total.value - used.value : null
  const last = misfit()
  return [
    warning(
      'isolation',
      isolation.tier === 'sandbox',
      isolation.tier === 'sandbox' ? at('proven') : plain(isolation.why),
    ),
    gate(
      'memory',
      memory === null ? null : memory >= LEAST_MEMORY,
      memory === null ? null : { code: 'free', args: { size: Math.max(0, memory) } },
    ),
    warning(
      'fit',
      last === null || clock.now() - last.time > DAY_MS,
      last ? { code: 'tooLarge', args: { time: last.time, why: last.why } } : at('allFitted'),
    ),
  ]
}
