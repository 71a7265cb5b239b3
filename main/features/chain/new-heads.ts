import { WebSocket } from 'ws'

const AGAIN_MS = 1_000

/**
 * Hears of each new block of an endpoint that tells of them (`eth_subscribe`), for as long as it is there. It is a
 * hint and no more: whoever is told asks for the block.
 * @returns ends it
 */
export function onNewHeads(rpcUrl: string, told: () => void): () => void {
  let ended = false
  let again: NodeJS.Timeout | undefined
  let socket: WebSocket | undefined
  const open = (): void => {
    socket = new WebSocket(rpcUrl.replace(/^http/, 'ws'), { perMessageDeflate: false, maxPayload: 2 ** 20 })
    socket.on('open', () => {
      socket?.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params: ['newHeads'] }))
      told()
    })
    socket.on('message', told)
    // An endpoint that is away is asked for again; meanwhile whoever listens looks by itself.
    socket.on('error', () => {})
    socket.on('close', () => {
      if (!ended) again = setTimeout(open, AGAIN_MS)
    })
  }
  open()
  return () => {
    ended = true
    clearTimeout(again)
    socket?.terminate()
  }
}
