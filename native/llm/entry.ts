import { constants, setPriority } from 'node:os'
import { llmContract } from '../../common/children/llm.ts'
import { implement, serveChild } from '../../main/core/processes/child-frame.ts'
import { benchLlama } from './bench.ts'

// The machine stays its owner's: everything else goes before this process.
setPriority(constants.priority.PRIORITY_LOW)

const os = implement(llmContract)

serveChild(os.router({ bench: os.bench.handler(({ input, signal }) => benchLlama(input, signal)) }))
