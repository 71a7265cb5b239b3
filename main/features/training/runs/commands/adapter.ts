import { resolve } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { command } from '../../../../cli/commands.ts'
import { trainerCommand } from '../../../../cli/with-trainer.ts'

/** `adapter`: what training made, for other programs. */
export const adapterCommands: CommandGroup = (program) => {
  const adapter = program.command('adapter').description('convert, merge and inspect adapters')
  command(adapter, 'inspect <folder>', 'describe an adapter').action(
    trainerCommand(
      (trainer, _, [folder]) => trainer.client.inspectAdapter({ adapter: resolve(folder) }),
      (it) => `${it.kind} on ${it.base || 'an unnamed base'}: ${it.parameters} parameters in ${it.tensors} tensors`,
    ),
  )
  command(adapter, 'convert <folder>', 'write a PEFT LoRA for llama.cpp')
    .requiredOption('--base <folder>', 'the base model')
    .requiredOption('--out <file>', 'the GGUF file')
    .action(
      trainerCommand(
        async (trainer, options, [folder]) => ({
          ...(await trainer.client.convert({
            base: resolve(options.base),
            adapter: resolve(folder),
            out: resolve(options.out),
          })),
          file: resolve(options.out),
        }),
        (it) => `${it.bytes} bytes in ${it.file}`,
      ),
    )
  command(adapter, 'merge <folder>', 'fold a LoRA or DoRA into its base')
    .requiredOption('--base <folder>', 'the base model')
    .requiredOption('--out <path>', 'a folder, or a file for GGUF')
    .addOption(new Option('--format <name>', 'what is written').choices(['safetensors', 'gguf']).default('safetensors'))
    .action(
      trainerCommand(
        async (trainer, options, [folder]) => {
          await trainer.client.merge({
            base: resolve(options.base),
            adapter: resolve(folder),
            out: resolve(options.out),
            format: options.format,
          })
          return { out: resolve(options.out) }
        },
        ({ out }) => out,
      ),
    )
}
