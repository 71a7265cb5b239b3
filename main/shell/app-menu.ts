import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Words } from './words.ts'

/**
 * Editing, zoom and quitting by the keys that the system's people know. Beside macOS' menu bar it is hidden until Alt
 * is pressed.
 */
export function setAppMenu({ menu, tray }: Words, quit: () => void): void {
  const roles = (
    names: readonly (Exclude<keyof typeof menu, 'edit' | 'view'> | null)[],
  ): MenuItemConstructorOptions[] =>
    names.map((role) => (role === null ? { type: 'separator' } : { role, label: menu[role] }))
  const edit = { label: menu.edit, submenu: roles(['undo', 'redo', null, 'cut', 'copy', 'paste', 'selectAll']) }
  const view = { label: menu.view, submenu: roles(['resetZoom', 'zoomIn', 'zoomOut', null, 'togglefullscreen']) }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      process.platform === 'darwin'
        ? [{ role: 'appMenu' }, edit, view, { role: 'windowMenu' }]
        : [
            { label: 'Hearth', submenu: [{ label: tray.quit, accelerator: 'CommandOrControl+Q', click: quit }] },
            edit,
            view,
          ],
    ),
  )
}
