import { cpuFlags } from 'systeminformation'
import type { Backend } from '../../../common/children/exact-inference.ts'

/**
 * Machines of one class compute the same bits. All x86 with AVX2 and FMA are one class; graphics devices and other
 * processors agree only within the recipe's tolerance.
 */
export async function processorClass(backend: Backend): Promise<string> {
  if (backend !== 'cpu') return backend
  if (process.arch !== 'x64') return process.arch
  const flags = new Set((await cpuFlags()).toLowerCase().split(/\s+/))
  return flags.has('avx2') && flags.has('fma') ? 'x64-avx2' : 'x64'
}
