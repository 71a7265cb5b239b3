import type { MemoryItem } from '../../../../common/model/memory.ts'
import { dateOnly } from '../../../lib/format.ts'

/** A message of the memory in one line: who, when, what. @param nobody stands for an author who is not known */
export const noteText = ({ author, ts, text }: MemoryItem, nobody: string, language: string): string =>
  `${[author ?? nobody, ...(ts === null ? [] : [dateOnly(ts, language)])].join(', ')}: ${text}`
