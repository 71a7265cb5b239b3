import { keccak256, toUtf8Bytes } from 'ethers'
import type { MachineReport } from '../../../../common/children/telemetry.ts'
import type { BenchmarkResult } from '../../../../common/model/benchmark-result.ts'
import type { IsolationReport } from '../../../../common/model/isolation.ts'
import { MachineDocument } from '../../../../common/model/machine-document.ts'
import { HearthError } from '../../../../common/errors/index.ts'

/** What the chain names a document by. */
export const specOf = (text: string): string => keccak256(toUtf8Bytes(text))

/** As versions before this one hashed it, and kept it nowhere. */
export const earlierDocument = (
  report: MachineReport,
  { parts }: BenchmarkResult,
  isolation: IsolationReport['tier'],
): string => JSON.stringify({ version: 1, report, benchmark: parts, isolation })

/** A driver's name may hold what a document may not. */
const tidy = (name: string): string =>
  name
    .slice(0, 120)
    .replaceAll(/\p{C}+/gu, ' ')
    .trim()

export function writeDocument(
  report: MachineReport,
  { parts, backends }: BenchmarkResult,
  isolation: IsolationReport['tier'],
): string {
  const document: MachineDocument = {
    version: 1,
    report: {
      ...report,
      processor: report.processor && tidy(report.processor),
      graphics: report.graphics.map(({ name, memoryBytes }) => ({ name: tidy(name), memoryBytes })),
      system: tidy(report.system),
    },
    benchmark: parts,
    // What an engine said of a failure may name folders.
    backends: backends.map(({ backend, exact, parts: own }) => ({ backend, exact, parts: own })),
    isolation,
  }
  return JSON.stringify(MachineDocument.parse(document))
}

/**
 * Checks what a stranger says is behind a `spec`.
 * @throws HearthError PEER_LIED where it is not
 */
export function readDocument(bytes: Uint8Array, spec: string): string {
  if (keccak256(bytes) !== spec.toLowerCase())
    throw new HearthError('PEER_LIED', 'the machine’s document does not match what it registered')
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    MachineDocument.parse(JSON.parse(text))
    return text
  } catch (error) {
    throw new HearthError('PEER_LIED', 'the machine registered a document that cannot be read', {}, { cause: error })
  }
}
