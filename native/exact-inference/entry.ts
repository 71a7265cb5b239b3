import { constants, setPriority } from 'node:os'
import { exactInferenceContract } from '../../common/children/exact-inference.ts'
import { implement, serveChild } from '../../main/core/processes/child-frame.ts'
import { bench } from './bench.ts'
import { recheck, runJob } from './job.ts'
import { knownAnswer } from './known-answer.ts'
import { generateRows, hashFile } from './rows.ts'

// The machine stays its owner's: everything else goes before this process.
setPriority(constants.priority.PRIORITY_LOW)

const os = implement(exactInferenceContract)

serveChild(
  os.router({
    knownAnswer: os.knownAnswer.handler(({ input }) => knownAnswer(input.backend, input.threads)),
    run: os.run.handler(({ input, signal }) => runJob(input.folder, input.backend, input.threads, signal)),
    recheck: os.recheck.handler(async ({ input }) => ({ mismatch: await recheck(input.folder, input.rows) })),
    generateRows: os.generateRows.handler(async ({ input }) => ({
      sha256: await generateRows(input.file, input.seed, input.bytes),
    })),
    hash: os.hash.handler(({ input }) => hashFile(input.file)),
    bench: os.bench.handler(({ input, signal }) => bench(input, signal)),
  }),
)
