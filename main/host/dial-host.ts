import { connect } from 'node:net'
import { WebSocket } from 'ws'
import { HearthError } from '../../common/errors/index.ts'
import type { HostSocketInfo } from '../core/host-socket-info.ts'
import { version } from './version.ts'

const otherVersion = (theirs: string): HearthError =>
  new HearthError(
    'DATA_IN_USE',
    `Hearth ${theirs} is running with this data folder, and this command line is Hearth ${version}; nothing ` +
      `was done. ` +
      `Use the command line of Hearth ${theirs}, or close the running Hearth and give the command again`,
    { running: theirs, own: version },
  )

/**
 * Opens a line to the host that listens on a data folder's socket; null where none does, as after a host that was
 * killed.
 * @throws HearthError DATA_IN_USE when the host is another version of Hearth
 */
export async function dialHost({ address, token }: HostSocketInfo): Promise<WebSocket | null> {
  const socket = new WebSocket('ws://hearth/rpc', {
    createConnection: () => connect(address),
    headers: { authorization: `Bearer ${token}`, 'hearth-version': version },
    perMessageDeflate: false,
  })
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket))
    socket.once('error', () => resolve(null))
    socket.once('unexpected-response', (request, { headers }) => {
      request.destroy()
      const theirs = headers['hearth-version']
      if (typeof theirs === 'string') reject(otherVersion(theirs))
      else resolve(null)
    })
  })
}
