import type { BrowserWindowConstructorOptions } from 'electron'

/** The one window: sandboxed, isolated, without Node. */
export const windowOptions = (preload: string): BrowserWindowConstructorOptions => ({
  width: 1280,
  height: 860,
  minWidth: 480,
  minHeight: 480,
  show: false,
  backgroundColor: '#faf7f2',
  title: 'Hearth',
  webPreferences: {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    spellcheck: false,
  },
})
