import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { plain } from '../../common/model/job-saying-names.ts'
import { jobWords, lineWords } from '../cli/in-words.ts'
import { migrate } from './db/migrate.ts'
import { migrations } from './db/migrations.ts'
import { JobLog } from './job-log.ts'
import { JobRows } from './job-runner/job-rows.ts'
import { JobStore } from './jobs.ts'

const clock = { now: () => 5 }
const BEFORE_CODES = migrations.findIndex((step) => step.includes('rename column message to line'))

test('what was written before there were codes is shown as it was written', () => {
  const db = new Database(':memory:')
  migrate(db, migrations.slice(0, BEFORE_CODES))
  db.exec(`
    insert into jobs (id, kind, subject_id, state, reason, payload, created, updated)
      values ('a', 'buy', 7, 'disputed', 'row 3 is “wrong”', '{}', 1, 1);
    insert into jobs (id, kind, name, state, reason, payload, created, updated)
      values ('b', 'download', 'A model', 'failed', 'the disk is full', '{}', 1, 1);
    insert into job_log (job, seq, time, message) values ('a', 1, 1, 'Order 7 is placed, "here".');
  `)
  migrate(db, migrations)
  const jobs = new JobStore(db, clock)
  expect(jobWords(jobs.bySubject('buy', 7)!.reason!)).toBe('row 3 is “wrong”')
  jobs.log({ id: 'a', kind: 'buy', subjectId: 7 }, { code: 'receipt', args: { time: 12 } }, true)
  expect(jobs.logAfter('a', 0).map(lineWords)).toEqual(['Order 7 is placed, "here".', 'Machine: Receipt for 12 s.'])
  expect(jobWords(new JobRows(db, clock).get('b')!.reason!)).toBe('the disk is full')
})

test('a line that a later version has written is named, and keeps none of the others from being read', () => {
  const db = new Database(':memory:')
  migrate(db, migrations)
  db.exec(`
    insert into jobs (id, kind, state, payload, created, updated) values ('a', 'buy', 'placed', '{}', 1, 1);
    insert into job_log (job, seq, time, line)
      values ('a', 1, 1, '{"saying":{"code":"celebrated","args":{"cake":1}}}');
  `)
  const log = new JobLog(db, clock)
  log.add('a', plain('accepted'))
  expect(log.end('a', 10).map(({ saying }) => saying)).toEqual([
    { code: 'unknown', args: { name: 'celebrated' } },
    plain('accepted'),
  ])
})
