import { expect, test } from 'vitest'
import { personalInWords } from './personal-kinds.ts'
import { QualityReport, reportedKinds } from './quality.ts'

const report = (version: number, counts: Record<string, number>): unknown => ({
  version,
  items: 1,
  characters: 10,
  length: { median: 10, p10: 10, p90: 10, longest: 10 },
  entropy: 3,
  languages: { en: 1 },
  duplicates: { exact: 0, near: 0, share: 0 },
  personal: { counts, items: 0, perThousand: 0 },
  turns: { authors: 1, balance: null },
  span: { from: null, to: null, withoutTime: 1 },
  skipped: {},
})
const old = { email: 0, phone: 2, card: 0, iban: 0, ip: 0, secret: 0, phrase: 0, id: 0, name: 0 }

test('a report of the version before is read, and names what that version looked for', () => {
  const { personal } = QualityReport.parse(report(1, old))
  const words = personalInWords(personal)
  expect(words).toMatch(/^2 phone; none of the other kinds that were looked for: e-mail addresses, card numbers/)
  expect(words).not.toMatch(/birth dates|names of the export/)
})

test('nobody reads that there is none: the kinds that were looked for are named, and what was not', () => {
  const counts = Object.fromEntries(reportedKinds.map((kind) => [kind, 0]))
  const words = personalInWords(QualityReport.parse(report(2, counts)).personal)
  expect(words).toMatch(/^none of the kinds that were looked for: e-mail addresses, .*birth dates, .*number plates\. /)
  expect(words).toMatch(/Not looked for: names of strangers/)
  expect(QualityReport.safeParse(report(3, counts)).success).toBe(false)
  expect(QualityReport.safeParse(report(2, { ...counts, blood: 1 })).success).toBe(false)
})
