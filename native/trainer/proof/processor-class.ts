import { cpuFlags } from 'systeminformation'
import type { Backend } from '../../../common/children/exact-inference.ts'

/**
 * Machines of one class compute the same bits. x86 with AVX2 and FMA is one, whatever else it has; graphics devices and
 * other processors agree within the recipe's tolerance only.
 */
export async function processorClass(backend: Backend): Promise<string> {
  if (backend !== 'cpu') return backend
  if (process.arch !== 'x64') return process.arch
  const flags = new Set((await cpuFlags()).toLowerCase().split(/\s+/))
  return flags.has('avx2') && flags.has('fma') ? 'x64-avx2' : 'x64'
}
