import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: {
          main: 'main/shell/main.ts',
          host: 'main/shell/host-entry.ts',
          vault: 'main/processes/vault/entry.ts',
          peer: 'main/processes/peer/entry.ts',
          storage: 'main/processes/storage/entry.ts',
          curation: 'main/processes/curation/entry.ts',
          memory: 'main/processes/memory/entry.ts',
          telemetry: 'main/processes/telemetry/entry.ts',
          drill: 'native/exact-inference/entry.ts',
          llm: 'native/llm/entry.ts',
          embedder: 'native/embedder/entry.ts',
          trainer: 'native/trainer/entry.ts',
          hearth: 'main/headless/cli.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { preload: 'preload/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  // Assets stay files: the policy allows no data: URL but for images.
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      emptyOutDir: true,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2000,
      rollupOptions: { input: 'renderer/index.html' },
    },
  },
})
