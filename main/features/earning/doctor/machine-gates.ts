import type { Gate } from '../../../../common/api/doctor.ts'
import type { FolderFindings } from '../../../core/private-files.ts'
import type { DoctorPorts } from './doctor.ts'
import { gate, warning } from './gate.ts'

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
    gate('disk', disk >= LEAST_DISK, `${(disk / 1e9).toFixed(1)} GB free`, 'make room on the disk of the data folder'),
    privacyGate(ports.folder.findings),
  ]
}

function benchmarkGate({ machine, clock }: DoctorPorts): Gate {
  const benchmark = machine.latest()
  if (!benchmark) return gate('benchmark', false, null, 'hearth bench')
  const age = clock.now() - benchmark.time
  return age > BENCHMARK_DAYS * DAY_MS
    ? warning('benchmark', false, `${Math.floor(age / DAY_MS)} days old`, 'hearth bench')
    : gate('benchmark', true, new Date(benchmark.time).toISOString(), 'hearth bench')
}

/** Whether other accounts of this machine are kept out of the data folder. */
export function privacyGate(findings: FolderFindings | null): Gate {
  const fix = 'move the data folder to a disk of your own that keeps modes, and chown it to the account of Hearth'
  if (!findings) return gate('private', null, null, fix)
  const { open, links, mended, complete } = findings
  const words = [
    ...(open.length > 0 ? [`other accounts can read ${open.slice(0, 3).join(', ')}`] : []),
    ...(links.length > 0 ? [`links lead elsewhere: ${links.slice(0, 3).join(', ')}`] : []),
    ...(complete ? [] : ['too many files to look at all of them']),
  ]
  const fine = mended > 0 ? `yours alone; ${mended} modes were mended` : 'yours alone'
  return warning('private', words.length === 0, words.join('; ') || fine, fix)
}

function exactGate({ machine, config }: DoctorPorts): Gate {
  const backend = machine.latest()?.backends.find((item) => item.backend === config.get().earn.backend)
  return gate(
    'exact',
    backend ? backend.exact : null,
    backend ? (backend.message ?? `${backend.backend} is exact`) : null,
    'choose another backend in Settings',
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
      isolation.tier === 'sandbox' ? 'proven' : isolation.why,
      'install what is named; until then strangers’ work runs in a process of its own and no more',
    ),
    gate(
      'memory',
      memory === null ? null : memory >= LEAST_MEMORY,
      memory === null ? null : `${(memory / 1e9).toFixed(1)} GB free`,
      'close programs that hold much memory',
    ),
    warning(
      'fit',
      last === null || clock.now() - last.time > DAY_MS,
      last ? `${new Date(last.time).toISOString()}: ${last.why}` : 'no job was too large',
      'close what holds memory or disk; smaller jobs still come',
    ),
  ]
}
