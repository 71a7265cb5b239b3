// Type-checked only: a member of the fake that electron.d.ts lacks stops `tsc`.
import type * as Real from 'electron'
import type * as Fake from './electron.ts'

/** Members that the fake has and Electron has not. */
type Extra<F, R, Seen extends PropertyKey = never> = Exclude<keyof F, keyof R | Seen>
const none = <T extends never>(): T | undefined => undefined

export const conforms = [
  none<Extra<typeof Fake.app, Real.App>>(),
  none<Extra<typeof Fake.safeStorage, Real.SafeStorage>>(),
  none<Extra<typeof Fake.powerMonitor, Real.PowerMonitor>>(),
  none<Extra<typeof Fake.shell, Real.Shell>>(),
  none<Extra<typeof Fake.powerSaveBlocker, Real.PowerSaveBlocker>>(),
  none<Extra<typeof Fake.protocol, Real.Protocol>>(),
  none<Extra<typeof Fake.dialog, Real.Dialog>>(),
  none<Extra<typeof Fake.net, Real.Net>>(),
  none<Extra<typeof Fake.Menu, typeof Real.Menu>>(),
  none<Extra<typeof Fake.nativeImage, typeof Real.nativeImage>>(),
  none<Extra<typeof Fake.session.defaultSession, Real.Session>>(),
  none<Extra<typeof Fake.session.defaultSession.webRequest, Real.WebRequest>>(),
  none<Extra<Fake.BrowserWindow, Real.BrowserWindow, 'hidden' | 'closed' | 'urls' | 'options'>>(),
  none<Extra<Fake.BrowserWindow['webContents'], Real.WebContents, 'openHandler' | 'reloads'>>(),
  none<Extra<Fake.Tray, Real.Tray>>(),
  none<Extra<Fake.Notification, Real.Notification>>(),
  none<Extra<Fake.FakePort, Real.MessagePortMain>>(),
]
