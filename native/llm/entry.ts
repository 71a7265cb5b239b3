import { constants, setPriority } from 'node:os'
import { llmContract } from '../../common/children/llm.ts'
import { implement, serveChild } from '../../main/core/processes/child-frame.ts'
import { endWhenStuck } from '../../main/core/processes/end-when-stuck.ts'
import { benchLlama } from './bench.ts'
import { continueText, countTokens, loadModel, unloadModel, writeAnswer } from './chat.ts'
import { inspectModel } from './inspect.ts'

/** llama.cpp works in threads of its own; what holds the loop for longer is a model's template or its tokenizer. */
const MOST_STUCK_MS = 60_000

endWhenStuck(MOST_STUCK_MS)
const os = implement(llmContract)

serveChild(
  os.router({
    bench: os.bench.handler(({ input, signal }) => {
      // The machine stays its owner's: everything else goes before being measured. A conversation is the owner's own.
      setPriority(constants.priority.PRIORITY_LOW)
      return benchLlama(input, signal)
    }),
    inspect: os.inspect.handler(({ input }) => inspectModel(input.file)),
    load: os.load.handler(({ input }) => loadModel(input)),
    count: os.count.handler(({ input: { turns, ...options } }) => countTokens(options, turns)),
    chat: os.chat.handler(({ input: { turns, sampling, ...options }, signal }) =>
      writeAnswer(options, turns, sampling, signal),
    ),
    complete: os.complete.handler(({ input: { text, sampling, ...options }, signal }) =>
      continueText(options, text, sampling, signal),
    ),
    unload: os.unload.handler(() => unloadModel()),
  }),
)
