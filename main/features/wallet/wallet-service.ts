import type { Intent, Keystore, TrustedNetwork, vaultContract } from '../../../common/children/vault.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Protection } from '../../../common/model/protection.ts'
import { PRACTICE_CHAIN_ID, trustedAmong } from '../../../common/model/trusted-network.ts'
import type { ConfigStore } from '../../core/config.ts'
import { Emitter } from '../../core/events.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import type { Secrets } from '../../core/ports.ts'
import type { SupervisedProcess } from '../../core/processes/supervised.ts'
import type { Signer } from '../chain/index.ts'
import type { KeystoreFile } from './keystore-file.ts'

export interface WalletStatus {
  /** `sealed`: the system's keyring has not opened the file. */
  readonly state: 'none' | 'locked' | 'open' | 'sealed' | 'damaged'
  readonly address: string | null
  readonly backedUp: boolean
  /** Of the wallet's file beside its passphrase; null where there is none. */
  readonly protection: Protection | null
  /** Whether it signs for the network that is chosen. */
  readonly trusted: boolean
}

type VaultProcess = Pick<SupervisedProcess<typeof vaultContract>, 'client' | 'events' | 'stop'>

/** The wallet of this data folder: a keystore file that this process cannot open, and a vault process that can. */
export class WalletService implements Service, Omit<Signer, 'complaint'> {
  readonly name = 'wallet'
  readonly events = new Emitter<{ changed: WalletStatus }>()
  readonly #vault: VaultProcess
  readonly #file: KeystoreFile
  readonly #secrets: Secrets
  readonly #config: ConfigStore
  readonly #network: TrustedNetwork
  readonly #log: Log
  #keystore: Keystore | null = null
  #closedFile: 'sealed' | 'damaged' | null = null
  #reading: Promise<void> | undefined
  #open = false
  #lockedByPerson = false
  /** Whether a passphrase lies ready. */
  #unattended = false
  readonly #holds: (() => boolean)[] = []
  #lockTimer: NodeJS.Timeout | undefined
  #unlocking: Promise<void> | undefined

  constructor(ports: {
    vault: VaultProcess
    file: KeystoreFile
    secrets: Secrets
    config: ConfigStore
    network: TrustedNetwork
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
    // A keyring may wait for a person, and nothing else waits for the keyring.
    await new Promise<void>((resolve) => {
      this.#reading = this.#read(resolve).finally(resolve)
    })
  }

  /** Asks the system's keyring once more for a wallet file that it has not opened. */
  async reopen(): Promise<WalletStatus> {
    await this.#reading
    if (this.#closedFile === 'sealed') await (this.#reading = this.#read(() => {}))
    return this.status()
  }

  async #read(onKeyring: () => void): Promise<void> {
    try {
      this.#keystore = await this.#file.read(() => {
        this.#closedFile = 'sealed'
        onKeyring()
      })
      this.#closedFile = null
      await this.#unlockUnattended()
    } catch (error) {
      this.#closedFile = error instanceof HearthError && error.code === 'KEYRING_CLOSED' ? 'sealed' : 'damaged'
      this.#log.warn('the wallet stays closed', { error })
    }
    this.events.emit('changed', this.status())
  }

  async stop(): Promise<void> {
    clearTimeout(this.#lockTimer)
    await this.#vault.stop()
  }

  status(): WalletStatus {
    return {
      state: this.#closedFile ?? (!this.#keystore ? 'none' : this.#open ? 'open' : 'locked'),
      address: this.#keystore?.address ?? null,
      backedUp: this.#keystore?.backedUp ?? false,
      protection: this.#file.protection,
      trusted: this.#trusts(),
    }
  }

  /** Whether nothing is signed until a person unlocks it. An unattended host opens it by itself when it is needed. */
  get mustBeUnlocked(): boolean {
    return this.#keystore !== null && !this.#open && (this.#lockedByPerson || !this.#unattended)
  }

  addressOrNull(): string | null {
    return this.#keystore?.address ?? null
  }

  address(): string {
    return this.#required().address
  }

  async create(passphrase: string): Promise<WalletStatus> {
    this.#refuseSecond()
    return this.#adopt(await this.#vault.client.create({ passphrase, network: this.#network }))
  }

  async import(mnemonic: string, passphrase: string): Promise<WalletStatus> {
    this.#refuseSecond()
    return this.#adopt(await this.#vault.client.import({ mnemonic, passphrase, network: this.#network }))
  }

  async unlock(passphrase: string): Promise<WalletStatus> {
    const before = this.#required()
    await this.#keep(await this.#vault.client.unlock({ keystore: before, passphrase, network: this.#network }))
    this.#lockedByPerson = false
    this.#opened()
    return this.status()
  }

  /** Until a person unlocks it: an unattended host does not open again what somebody has locked. */
  async lock(): Promise<WalletStatus> {
    this.#lockedByPerson = true
    await this.#lock()
    return this.status()
  }

  async #lock(): Promise<void> {
    await this.#vault.client.lock({})
    this.#closed()
  }

  /** Signs for the network that is chosen from now on. A person does that, since it takes the passphrase. */
  async trustNetwork(passphrase: string): Promise<WalletStatus> {
    await this.#keep(await this.#vault.client.trust({ keystore: this.#required(), passphrase, network: this.#network }))
    this.events.emit('changed', this.status())
    return this.status()
  }

  async #keep(keystore: Keystore): Promise<void> {
    if (JSON.stringify(keystore) === JSON.stringify(this.#keystore)) return
    await this.#file.write(keystore)
    this.#keystore = keystore
  }

  #trusts(): boolean {
    const { chainId } = this.#network
    if (chainId === PRACTICE_CHAIN_ID || !this.#keystore || this.#keystore.version === 1) return true
    return trustedAmong(this.#keystore.networks, this.#network) !== null
  }

  async reveal(passphrase: string): Promise<string[]> {
    return (await this.#vault.client.reveal({ keystore: this.#required(), passphrase })).words
  }

  async challenge(): Promise<number[]> {
    return (await this.#vault.client.challenge({})).positions
  }

  async confirmBackup(words: string[]): Promise<WalletStatus> {
    await this.#keep(await this.#vault.client.confirm({ keystore: this.#required(), words }))
    this.events.emit('changed', this.status())
    return this.status()
  }

  /**
   * Keeps the wallet from locking itself while something is under way that would be lost without a signature. Who locks
   * it by hand does as they want.
   */
  staysOpenWhile(held: () => boolean): void {
    this.#holds.push(held)
  }

  /** The open vault. @throws HearthError WALLET_LOCKED, NO_WALLET */
  async vault(): Promise<
    Pick<
      SupervisedProcess<typeof vaultContract>['client'],
      'sign' | 'dataKey' | 'sealForBuyer' | 'purchaseKey' | 'openDelivery' | 'purchaseSecret'
    >
  > {
    if (!this.#open) await (this.#unlocking ??= this.#unlockUnattended().finally(() => (this.#unlocking = undefined)))
    this.#required()
    if (!this.#open) throw new HearthError('WALLET_LOCKED', 'the wallet is not open')
    this.#opened()
    return this.#vault.client
  }

  /** @throws HearthError WALLET_LOCKED, NOT_BACKED_UP or INTENT_REFUSED */
  async sign(intent: Intent): Promise<{ signature: string; hash: string | null }> {
    const { chainId, contracts } = this.#network
    return (await this.vault()).sign({ network: { chainId, contracts }, intent })
  }

  async #unlockUnattended(): Promise<void> {
    if (!this.#keystore || this.#lockedByPerson) return
    try {
      const passphrase = await this.#secrets.unattendedPassphrase()
      this.#unattended = passphrase !== null
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
    if (this.#closedFile === 'sealed')
      throw new HearthError('KEYRING_CLOSED', 'the system’s keyring has not opened the wallet file yet')
    if (!this.#keystore) throw new HearthError('NO_WALLET', 'create or import a wallet first')
    return this.#keystore
  }

  async #adopt(keystore: Keystore): Promise<WalletStatus> {
    await this.#file.write(keystore)
    this.#keystore = keystore
    this.#opened()
    return this.status()
  }

  /** Nobody is there; what must be signed in time keeps it open all the same. */
  async #autoLock(): Promise<void> {
    if (this.#holds.some((held) => held())) return this.#opened()
    await this.#lock()
  }

  #opened(): void {
    clearTimeout(this.#lockTimer)
    const minutes = this.#config.get().wallet.autoLockMinutes
    if (minutes !== null)
      this.#lockTimer = setTimeout(() => void this.#autoLock().catch(() => this.#closed()), minutes * 60_000).unref()
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
