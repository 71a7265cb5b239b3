import { ipcRenderer } from 'electron'

// The window's only door: it asks for a port to the host and gets one.
ipcRenderer.on('hearth:port', (event) => window.postMessage('hearth:port', location.origin, [...event.ports]))
window.addEventListener('message', (event) => {
  if (event.source === window && event.data === 'hearth:connect') ipcRenderer.send('hearth:connect')
})
