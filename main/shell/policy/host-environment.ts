/** What would make the host's Node run other code, or has a meaning to Electron alone. */
const dropped = /^(ELECTRON_|NODE_(OPTIONS|PATH|REPL_EXTERNAL_MODULE|V8_COVERAGE)$)/i

/** The person's environment, as the host gets it. */
export const hostEnvironment = (parent: NodeJS.ProcessEnv): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(parent).flatMap(([name, value]) =>
      value === undefined || dropped.test(name) ? [] : [[name, value]],
    ),
  ),
  // onnxruntime sends telemetry unless this is set before it loads.
  ORT_DISABLE_TELEMETRY: '1',
})
