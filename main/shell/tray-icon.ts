import { Menu, nativeImage, Tray } from 'electron'
import { trayItems, type TrayState } from './policy/tray-model.ts'
import type { Words } from './words.ts'

type Does = keyof Words['tray']

/** What of the app stays when its window is closed. Kept by whoever shows it: a tray that is collected vanishes. */
export class TrayIcon {
  readonly #tray: Tray
  readonly #press: Readonly<Record<Does, () => void>>

  constructor(icon: string, press: Readonly<Record<Does, () => void>>) {
    this.#press = press
    const image = nativeImage.createFromPath(icon)
    // In a template image the system draws its own colour: macOS' menu bar is light or dark.
    if (process.platform === 'darwin') image.setTemplateImage(true)
    this.#tray = new Tray(image)
    this.#tray.on('click', press.open)
  }

  draw(state: TrayState, words: Words): void {
    const items = trayItems(state, words)
    this.#tray.setToolTip(`Hearth: ${items[0]!.label}`)
    this.#tray.setContextMenu(
      Menu.buildFromTemplate(
        items.map(({ label, does }) =>
          does === null ? { label, enabled: false } : { label, click: () => this.#press[does]() },
        ),
      ),
    )
  }
}
