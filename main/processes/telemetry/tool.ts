import { execFile } from 'node:child_process'

const OUTPUT_BYTES = 1 << 20

/**
 * Runs a system's tool and gives what it prints, or null where it is absent, fails, or takes longer than `timeoutMs`.
 */
export function runTool(
  command: string,
  args: readonly string[],
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      {
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: OUTPUT_BYTES,
        encoding: 'utf8',
        windowsHide: true,
        ...(signal ? { signal } : {}),
      },
      (error, output) => resolve(error ? null : output),
    )
  })
}
