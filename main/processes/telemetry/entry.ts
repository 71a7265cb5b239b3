import { arch, cpus, totalmem } from 'node:os'
import si from 'systeminformation'
import { telemetryContract, type MachineReport } from '../../../common/children/telemetry.ts'
import { implement, serveChild } from '../../core/processes/child-frame.ts'

/** systeminformation blocks while it starts programs, which is why it lives in a process of its own. */
async function report(): Promise<MachineReport> {
  const [cpu, graphics, system] = await Promise.all([si.cpu(), si.graphics(), si.osInfo()])
  return {
    processor: `${cpu.manufacturer} ${cpu.brand}`.trim() || cpus()[0]?.model || null,
    physicalCores: cpu.physicalCores || null,
    logicalCores: cpus().length,
    memoryBytes: totalmem(),
    graphics: graphics.controllers.map((card) => ({ name: `${card.vendor} ${card.model}`.trim() || 'unknown graphics card', memoryBytes: card.vram ? card.vram * 1024 * 1024 : null })),
    system: `${system.distro} ${system.release}`.trim(),
    architecture: arch(),
  }
}

const os = implement(telemetryContract)
serveChild(os.router({ report: os.report.handler(report) }))
