import type { Intent, Keystore, vaultContract, VaultNetwork } from '../../../common/children/vault.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { ConfigStore } from '../../core/config.ts'
import { Emitter } from '../../core/events.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import type { Secrets } from '../../core/ports.ts'
import type { SupervisedProcess } from '../../core/processes/supervised.ts'
import type { Signer } from '../chain/index.ts'
import type { KeystoreFile } from './keystore-file.ts'

export interface WalletStatus {
  readonly state: 'none' | 'locked' | 'open' | 'damaged'
  readonly address: string | null
  readonly backedUp: boolean
  readonly protection: Secrets['kind']
}

/** The wallet of this data folder: a keystore file that this process cannot open, and a vault process that can. */
export class WalletService implements Service, Omit<Signer, 'complaint'> {
  readonly name = 'wallet'
  readonly events = new Emitter<{ changed: WalletStatus }>()
  readonly #vault: SupervisedProcess<typeof vaultContract>
  readonly #file: KeystoreFile
  readonly #secrets: Secrets
  readonly #config: ConfigStore
  readonly #network: VaultNetwork
  readonly #log: Log
  #keystore: Keystore | null = null
  #damaged = false
  #open = false
  #lockTimer: NodeJS.Timeout | undefined
  #unlocking: Promise<void> | undefined

  constructor(ports: {
    vault: SupervisedProcess<typeof vaultContract>
    file: KeystoreFile
    secrets: Secrets
    config: ConfigStore
    network: VaultNetwork
    log: Log
  }) {
    this.#vault = ports.vault
    this.#file = ports.file
    this.#secrets = ports.secrets
    this.#config = ports.config
    this.#network = ports.network
    this.#log = ports.log.child('wallet')
  }

  async start(): Promise<void> {
    this.#vault.events.on('died', () => {
      this.#closed()
      // An unattended machine opens its wallet again; elsewhere a person does.
      void this.#unlockUnattended()
    })
    if (!this.#file.exists) return
    try {
      this.#keystore = await this.#file.read()
      await this.#unlockUnattended()
    } catch (error) {
      this.#damaged = error instanceof HearthError && error.code === 'KEYSTORE_DAMAGED'
      this.#log.warn('the wallet stays closed', { error })
    }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#lockTimer)
    await this.#vault.stop()
  }

  status(): WalletStatus {
    const state = this.#damaged ? 'damaged' : !this.#keystore ? 'none' : this.#open ? 'open' : 'locked'
    return {
      state,
      address: this.#keystore?.address ?? null,
      backedUp: this.#keystore?.backedUp ?? false,
      protection: this.#secrets.kind,
    }
  }

  addressOrNull(): string | null {
    return this.#keystore?.address ?? null
  }

  address(): string {
    return this.#required().address
  }

  async create(passphrase: string): Promise<WalletStatus> {
    this.#refuseSecond()
    return this.#adopt(await this.#vault.client.create({ passphrase }))
  }

  async import(mnemonic: string, passphrase: string): Promise<WalletStatus> {
    this.#refuseSecond()
    return this.#adopt(await this.#vault.client.import({ mnemonic, passphrase }))
  }

  async unlock(passphrase: string): Promise<WalletStatus> {
    await this.#vault.client.unlock({ keystore: this.#required(), passphrase })
    this.#opened()
    return this.status()
  }

  async lock(): Promise<WalletStatus> {
    await this.#vault.client.lock({})
    this.#closed()
    return this.status()
  }

  async reveal(passphrase: string): Promise<string[]> {
    return (await this.#vault.client.reveal({ keystore: this.#required(), passphrase })).words
  }

  async challenge(): Promise<number[]> {
    return (await this.#vault.client.challenge({})).positions
  }

  async confirmBackup(words: string[]): Promise<WalletStatus> {
    const keystore = await this.#vault.client.confirm({ keystore: this.#required(), words })
    await this.#file.write(keystore)
    this.#keystore = keystore
    this.events.emit('changed', this.status())
    return this.status()
  }

  /** The open vault. @throws HearthError WALLET_LOCKED, NO_WALLET */
  async vault(): Promise<
    Pick<
      SupervisedProcess<typeof vaultContract>['client'],
      'sign' | 'dataKey' | 'sealForBuyer' | 'purchaseKey' | 'openDelivery' | 'purchaseSecret'
    >
  > {
    if (!this.#open) await (this.#unlocking ??= this.#unlockUnattended().finally(() => (this.#unlocking = undefined)))
    if (!this.#open) throw new HearthError(this.#keystore ? 'WALLET_LOCKED' : 'NO_WALLET', 'the wallet is not open')
    this.#opened()
    return this.#vault.client
  }

  /** @throws HearthError WALLET_LOCKED, NOT_BACKED_UP or INTENT_REFUSED */
  async sign(intent: Intent): Promise<{ signature: string; hash: string | null }> {
    return (await this.vault()).sign({ network: this.#network, intent })
  }

  async #unlockUnattended(): Promise<void> {
    if (!this.#keystore) return
    try {
      const passphrase = await this.#secrets.unattendedPassphrase()
      if (passphrase !== null) await this.unlock(passphrase)
    } catch (error) {
      // A wrong passphrase file leaves the wallet locked; a person can still open it.
      this.#log.warn('the passphrase file did not open the wallet', { error })
    }
  }

  #refuseSecond(): void {
    if (this.#keystore || this.#file.exists)
      throw new HearthError('WALLET_EXISTS', 'this data folder has a wallet already; it was left as it is')
  }

  #required(): Keystore {
    if (!this.#keystore) throw new HearthError('NO_WALLET', 'create or import a wallet first')
    return this.#keystore
  }

  async #adopt(keystore: Keystore): Promise<WalletStatus> {
    await this.#file.write(keystore)
    this.#keystore = keystore
    this.#opened()
    return this.status()
  }

  #opened(): void {
    clearTimeout(this.#lockTimer)
    const minutes = this.#config.get().wallet.autoLockMinutes
    if (minutes !== null)
      this.#lockTimer = setTimeout(() => void this.lock().catch(() => this.#closed()), minutes * 60_000).unref()
    if (this.#open) return
    this.#open = true
    this.events.emit('changed', this.status())
  }

  #closed(): void {
    clearTimeout(this.#lockTimer)
    if (!this.#open) return
    this.#open = false
    this.events.emit('changed', this.status())
  }
}
