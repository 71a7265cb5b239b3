import { Menu, type MenuItemConstructorOptions } from 'electron'

/**
 * Editing, zoom and quitting by the keys that the system's people know. Beside macOS' menu bar it is hidden until Alt
 * is pressed.
 */
export function setAppMenu(quit: () => void): void {
  const view: MenuItemConstructorOptions = {
    label: 'View',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      process.platform === 'darwin'
        ? [{ role: 'appMenu' }, { role: 'editMenu' }, view, { role: 'windowMenu' }]
        : [
            { label: 'Hearth', submenu: [{ label: 'Quit', accelerator: 'CommandOrControl+Q', click: quit }] },
            { role: 'editMenu' },
            view,
          ],
    ),
  )
}
