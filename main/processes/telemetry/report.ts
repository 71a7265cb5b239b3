import { arch, cpus, totalmem } from 'node:os'
import si from 'systeminformation'
import type { MachineReport } from '../../../common/children/telemetry.ts'
import type { Gpu } from './gpus/gpu.ts'

/**
 * What the machine is. systeminformation blocks while it starts programs, which is why this process exists; cards that
 * it cannot name, for want of `lspci`, are known from their drivers.
 */
export async function report(gpus: readonly Gpu[]): Promise<MachineReport> {
  const [cpu, graphics, system] = await Promise.all([si.cpu(), si.graphics(), si.osInfo()])
  const named = graphics.controllers.map((card) => ({
    name: `${card.vendor} ${card.model}`.trim() || 'unknown graphics card',
    memoryBytes: card.vram ? card.vram * 2 ** 20 : null,
  }))
  return {
    processor: `${cpu.manufacturer} ${cpu.brand}`.trim() || cpus()[0]?.model || null,
    physicalCores: cpu.physicalCores || null,
    logicalCores: cpus().length,
    memoryBytes: totalmem(),
    graphics:
      gpus.length >= named.length ? gpus.map(({ name, memoryTotal }) => ({ name, memoryBytes: memoryTotal })) : named,
    system: `${system.distro} ${system.release}`.trim(),
    architecture: arch(),
  }
}
