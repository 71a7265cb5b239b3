import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import type { NodeReach, storageContract, StorageStatus, StoredRoot } from '../../../common/children/storage.ts'
import { isOpen } from '../../../common/model/idle-policy/schedule.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Clock } from '../../core/clock.ts'
import type { ConfigStore } from '../../core/config.ts'
import { Emitter } from '../../core/events.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import { Loop } from '../../core/loop.ts'
import type { SupervisedProcess } from '../../core/processes/supervised.ts'
import { drain } from '../../core/streams.ts'

export type StorageClient = ContractRouterClient<typeof storageContract>

/** The data node of this host, in a process of its own. It runs once there is something to give or to fetch. */
export class DataNodeService implements Service {
  readonly name = 'data-node'
  readonly events = new Emitter<{ changed: StorageStatus | null }>()
  readonly #process: SupervisedProcess<typeof storageContract>
  readonly #config: ConfigStore
  readonly #folder: string
  readonly #clock: Clock
  readonly #metered: () => boolean
  readonly #loop: Loop
  #status: StorageStatus | null = null
  /** The settings that the node runs with. */
  #reach = ''
  #roots: readonly StoredRoot[] = []
  #starting: Promise<void> | undefined

  constructor(ports: {
    process: SupervisedProcess<typeof storageContract>
    config: ConfigStore
    folder: string
    clock: Clock
    /** Whether the line costs by the byte, as far as that is known. */ metered: () => boolean
    log: Log
  }) {
    this.#process = ports.process
    this.#config = ports.config
    this.#folder = ports.folder
    this.#clock = ports.clock
    this.#metered = ports.metered
    this.#loop = new Loop(() => this.#tend(), 5_000, ports.log.child('data-node'))
  }

  start(): Promise<void> {
    this.#process.events.on('died', () => {
      this.#status = null
      this.events.emit('changed', null)
      this.#loop.poke()
    })
    this.#config.events.on('changed', () => this.#loop.poke())
    this.#loop.start()
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    await this.#loop.stop()
    await this.#process.stop()
  }

  /** Null until it was needed for the first time. */
  get status(): StorageStatus | null {
    return this.#status
  }

  get roots(): readonly StoredRoot[] {
    return this.#roots
  }

  /** Sealing and opening, which need no node. */
  get sealing(): Pick<
    StorageClient,
    'seal' | 'unseal' | 'hash' | 'header' | 'inspect' | 'show' | 'openShown' | 'holds' | 'flaw' | 'salvage'
  > {
    return this.#process.client
  }

  /** The running node; starts it where that has not happened yet. */
  async running(): Promise<StorageClient> {
    if (!this.#status) await (this.#starting ??= this.#start().finally(() => (this.#starting = undefined)))
    return this.#process.client
  }

  /** Keeps a file or folder and gives it to whoever asks. @throws HearthError NOT_ENOUGH_DISK */
  async add(path: string, name: string): Promise<string> {
    const node = await this.running()
    await this.#requireRoom()
    const { cid } = await drain(await node.add({ path, name }))
    await this.#refresh()
    return cid
  }

  async putBlock(bytes: Uint8Array, name: string): Promise<void> {
    await (await this.running()).putBlock({ bytes: Buffer.from(bytes).toString('base64'), name })
    await this.#refresh()
  }

  async remove(cid: string): Promise<void> {
    await (await this.running()).remove({ cid })
    await this.#refresh()
  }

  async #requireRoom(): Promise<void> {
    const { diskCap } = this.#config.get().storage
    if (diskCap !== null && (this.#status?.bytes ?? 0) >= diskCap)
      throw new HearthError(
        'NOT_ENOUGH_DISK',
        `the data node keeps ${this.#status!.bytes} bytes already, and may keep ${diskCap}; remove something, or ` +
          `raise the limit in Settings`,
      )
  }

  async #start(): Promise<void> {
    const reach = this.#wanted
    this.#reach = JSON.stringify(reach)
    this.#status = await this.#process.client.start({ folder: this.#folder, ...reach })
    await this.#limit()
    await this.#refresh()
  }

  async #tend(): Promise<void> {
    // What was given before is given again after a restart.
    if (!this.#status && !existsSync(join(this.#folder, 'roots.json'))) return
    if (this.#status && JSON.stringify(this.#wanted) !== this.#reach) {
      await this.#process.restart()
      this.#status = null
    }
    await this.running()
    await this.#limit()
    await this.#refresh()
  }

  get #wanted(): NodeReach {
    const { listen, mdns, bootstrap, relays, relay, publicNetwork, router } = this.#config.get().storage
    return { listen, mdns, bootstrap, relays, relay, publicNetwork, router }
  }

  /** Why nobody is given anything at present, or null. */
  get resting(): 'paused' | 'schedule' | 'metered' | null {
    const { paused, schedule, onMetered } = this.#config.get().storage
    if (paused) return 'paused'
    if (schedule && !isOpen(schedule, this.#clock.now())) return 'schedule'
    return !onMetered && this.#metered() ? 'metered' : null
  }

  async #limit(): Promise<void> {
    const { rateCap, diskCap } = this.#config.get().storage
    await this.#process.client.limit({ cap: rateCap, paused: this.resting !== null, disk: diskCap })
  }

  async #refresh(): Promise<void> {
    const [status, roots] = await Promise.all([this.#process.client.status({}), this.#process.client.roots({})])
    const changed = JSON.stringify(status) !== JSON.stringify(this.#status) || roots.length !== this.#roots.length
    ;[this.#status, this.#roots] = [status, roots]
    if (changed) this.events.emit('changed', status)
  }
}
