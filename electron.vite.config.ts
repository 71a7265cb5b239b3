import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { processes } from './main/core/processes/table.ts'

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      // The archive of a package holds the shell without packages of others: what the shell uses is within it.
      externalizeDeps: { exclude: ['ws', 'zod'] },
      rollupOptions: {
        input: {
          main: 'main/shell/main.ts',
          'desktop-host': 'main/desktop/entry.ts',
          ...Object.fromEntries(Object.entries(processes).map(([name, { entry }]) => [name, entry])),
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
      minify: true,
      assetsInlineLimit: 0,
      rollupOptions: { input: 'renderer/index.html' },
    },
  },
})
