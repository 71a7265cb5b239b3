// Type-checked only: a member of the fake that electron.d.ts lacks stops `tsc`.
import type * as Real from 'electron'
import type * as Fake from './electron.ts'

type Own<F, R> = { [K in keyof F]: K extends keyof R ? true : [`electron has no`, K] }
type Instances<T extends abstract new (...args: never) => unknown> = InstanceType<T>
/** Members that the fake adds for tests to look at. */
type Seen = 'openHandler' | 'hidden' | 'webContents' | 'posted' | 'killed' | 'file' | 'options' | 'sent'

const all = <T>(_proof: Required<{ [K in keyof T]: true }>): void => {}
declare const conforms: <F, R>() => { [K in Exclude<keyof F, Seen>]: Own<F, R>[K] & true }
declare const yes: <T>() => T

export function check(): void {
  all<Own<typeof Fake.app, Real.App>>(conforms<typeof Fake.app, Real.App>())
  all<Own<typeof Fake.safeStorage, Real.SafeStorage>>(conforms<typeof Fake.safeStorage, Real.SafeStorage>())
  all<Own<typeof Fake.protocol, Real.Protocol>>(conforms<typeof Fake.protocol, Real.Protocol>())
  all<Own<typeof Fake.dialog, Real.Dialog>>(conforms<typeof Fake.dialog, Real.Dialog>())
  all<Own<typeof Fake.net, Real.Net>>(conforms<typeof Fake.net, Real.Net>())
  all<Own<typeof Fake.Menu, typeof Real.Menu>>(conforms<typeof Fake.Menu, typeof Real.Menu>())
  all<Own<typeof Fake.utilityProcess, typeof Real.utilityProcess>>(conforms<typeof Fake.utilityProcess, typeof Real.utilityProcess>())
  all<Own<typeof Fake.session.defaultSession, Real.Session>>(conforms<typeof Fake.session.defaultSession, Real.Session>())
  all<Omit<Own<Instances<typeof Fake.BrowserWindow>, Real.BrowserWindow>, Seen>>(yes<Omit<Own<Instances<typeof Fake.BrowserWindow>, Real.BrowserWindow>, Seen> & Record<never, true>>())
}
