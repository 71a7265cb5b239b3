/** Tokens a second through the window's contract, over each transport, against the transport alone in the same run. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'
import { eventIterator, oc, type ContractRouterClient } from '@orpc/contract'
import { implement } from '@orpc/server'
import { RPCHandler as PortHandler } from '@orpc/server/message-port'
import { RPCHandler as SocketHandler } from '@orpc/server/ws'
import { WebSocket, WebSocketServer } from 'ws'
import * as z from 'zod'

const TOKENS = 30_000
const contract = {
  stream: oc.input(z.object({ count: z.int() })).output(eventIterator(z.object({ token: z.string(), index: z.int() }))),
}
const os = implement(contract)
const router = os.router({
  stream: os.stream.handler(async function* ({ input }) {
    for (let index = 0; index < input.count; index++) yield { token: `t${index} `, index }
  }),
})
const processPort = (from: {
  on: (event: string, listener: (data: unknown) => void) => unknown
  send?: (message: never) => unknown
}) => ({
  postMessage: (message: unknown) => void from.send!(message as never),
  on: (event: string, listener: (event?: { data: unknown }) => void) =>
    void from.on(event === 'message' ? 'message' : 'exit', (data) => listener({ data })),
})

/** The bare transport's load: as many messages of the same size, without a contract. */
const message = (index: number): string =>
  JSON.stringify({ i: '1', t: 3, p: { e: 'message', d: { json: { token: `t${index} `, index } } } })

if (process.argv[2] === 'child') new PortHandler(router).upgrade(processPort(process as never))
else if (process.argv[2] === 'bare-child') for (let index = 0; index < TOKENS; index++) process.send!(message(index))
else await main()

async function main(): Promise<void> {
  const measure = async (client: ContractRouterClient<typeof contract>): Promise<number> => {
    const begun = performance.now()
    let count = 0
    for await (const _ of await client.stream({ count: TOKENS })) count++
    return (count * 1000) / (performance.now() - begun)
  }
  const report = (name: string, rpc: number, bare: number): void =>
    void process.stdout.write(
      `${name.padEnd(14)} ${rpc.toFixed(0).padStart(8)} tokens/s   bare transport ${bare.toFixed(0)} messages/s, ` +
        `ratio ${(rpc / bare).toFixed(2)}\n`,
    )

  const { port1, port2 } = new MessageChannel()
  new PortHandler(router).upgrade(port1)
  port1.start()
  const portClient: ContractRouterClient<typeof contract> = createORPCClient(new PortLink({ port: port2 }))
  port2.start()
  report('MessagePort', await measure(portClient), await barePort())
  port1.close()

  const http = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
  const sockets = new WebSocketServer({ server: http })
  sockets.on('connection', (socket, request) => {
    if (request.url === '/bare') for (let index = 0; index < TOKENS; index++) socket.send(message(index))
    else void new SocketHandler(router).upgrade(socket)
  })
  const url = `ws://127.0.0.1:${(http.address() as { port: number }).port}`
  const socket = new WebSocket(url)
  await once(socket, 'open')
  report(
    'WebSocket',
    await measure(createORPCClient(new SocketLink({ websocket: socket as unknown as globalThis.WebSocket }))),
    await bareSocket(`${url}/bare`),
  )
  socket.terminate()
  sockets.close()
  http.close()

  const child = fork(process.argv[1]!, ['child'], { serialization: 'advanced' })
  const rpc = await measure(createORPCClient(new PortLink({ port: processPort(child as never) })))
  report('child process', rpc, await bareChild())
  child.kill()

  function barePort(): Promise<number> {
    const channel = new MessageChannel()
    const begun = performance.now()
    for (let index = 0; index < TOKENS; index++) channel.port1.postMessage(message(index))
    return counted((each) => channel.port2.on('message', each), begun).finally(() =>
      (channel.port1 as MessagePort).close(),
    )
  }
  function bareSocket(address: string): Promise<number> {
    const bare = new WebSocket(address)
    return counted((each) => bare.on('message', each), performance.now()).finally(() => bare.terminate())
  }
  function bareChild(): Promise<number> {
    const bare = fork(process.argv[1]!, ['bare-child'], { serialization: 'advanced' })
    let begun = 0
    return new Promise<number>((resolve) => {
      let count = 0
      bare.on('message', () => {
        // Counted from the first message: starting the process is not the transport's time.
        if (count++ === 0) begun = performance.now()
        if (count === TOKENS) resolve((TOKENS * 1000) / (performance.now() - begun))
      })
    }).finally(() => bare.kill())
  }
  function counted(listen: (each: () => void) => void, begun: number): Promise<number> {
    return new Promise((resolve) => {
      let count = 0
      listen(() => ++count === TOKENS && resolve((TOKENS * 1000) / (performance.now() - begun)))
    })
  }
}
