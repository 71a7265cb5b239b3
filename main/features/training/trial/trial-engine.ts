import type { ContractRouterClient } from '@orpc/contract'
import type { EngineOptions, llmContract, Sampling, Written } from '../../../../common/children/llm.ts'
import type { TrialPrompt } from '../../../../common/model/trial.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { ConfigStore } from '../../../core/config.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { contextFor, placesOf } from '../../avatar/models/index.ts'
import type { TrialModels } from './trial-models.ts'

/** A prompt and its answer are short; a longer context takes memory for nothing. */
const LONGEST_CONTEXT = 4096

export interface EnginePorts {
  readonly llm: SupervisedProcess<typeof llmContract>
  readonly config: ConfigStore
  readonly threads: () => number
}

/** llama.cpp for trials: each answer in a process of its own, so that no conversation waits for it. */
export class TrialEngine {
  readonly #ports: EnginePorts

  constructor(ports: EnginePorts) {
    this.#ports = ports
  }

  /**
   * How the base alone is asked. @throws HearthError BAD_INPUT for a chat with a model that does not say how chats are
   * written
   */
  async optionsFor(
    { base, hash, template }: Pick<TrialModels, 'base' | 'hash' | 'template'>,
    { kind }: Pick<TrialPrompt, 'kind'>,
  ): Promise<EngineOptions> {
    const { llm, config, threads } = this.#ports
    const facts = await llm.apart({ write: [], read: placesOf(base) }, (engine) => engine.inspect({ file: base }))
    if (kind === 'chat' && template === undefined && !facts.hasTemplate)
      throw new HearthError('BAD_INPUT', 'the model has no chat template; let it go on with a text instead')
    return {
      model: base,
      modelHash: hash,
      gpu: config.get().avatar.gpu,
      threads: threads(),
      contextSize: Math.min(LONGEST_CONTEXT, contextFor({ facts })),
      adapter: null,
      states: null,
      ...(template === undefined ? {} : { template }),
    }
  }

  async *say(engine: EngineOptions, ...asked: Asked): AsyncGenerator<{ text: string }, Written> {
    return yield* this.#ports.llm.apartly(placesFor(engine), (llm) => answer(llm, engine, ...asked))
  }

  /** The whole answers to several prompts, by one process. */
  sayAll(
    engine: EngineOptions,
    prompts: readonly TrialPrompt[],
    sampling: Sampling,
    signal: AbortSignal,
  ): Promise<string[]> {
    return this.#ports.llm.apart(placesFor(engine), async (llm) => {
      const texts: string[] = []
      for (const prompt of prompts) {
        let said = ''
        for await (const { text } of await answer(llm, engine, prompt, sampling, signal)) said += text
        texts.push(said)
      }
      return texts
    })
  }
}

type Asked = readonly [prompt: TrialPrompt, sampling: Sampling, signal: AbortSignal | undefined]

const placesFor = ({ model, adapter }: EngineOptions) => ({
  write: [],
  read: [...placesOf(model), ...(adapter ? [adapter.file] : [])],
})

function answer(
  llm: ContractRouterClient<typeof llmContract>,
  engine: EngineOptions,
  ...[prompt, sampling, signal]: Asked
) {
  const options = signal ? { signal } : {}
  return prompt.kind === 'chat'
    ? llm.chat({ ...engine, turns: [{ role: 'user', content: prompt.text }], sampling }, options)
    : llm.complete({ ...engine, text: prompt.text, sampling }, options)
}
