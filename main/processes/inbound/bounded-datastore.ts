import { MemoryDatastore } from 'datastore-core'
import { Key } from 'interface-datastore/key'

/** What a node knows of the peers that it met, in memory: of strangers without number it keeps the newest. */
export class BoundedDatastore extends MemoryDatastore {
  readonly #most: number
  readonly #keys = new Set<string>()

  constructor(most: number) {
    super()
    this.#most = most
  }

  get size(): number {
    return this.#keys.size
  }

  override put(key: Key, value: Uint8Array): Key | Promise<Key> {
    const name = key.toString()
    this.#keys.delete(name)
    this.#keys.add(name)
    for (const oldest of this.#keys) {
      if (this.#keys.size <= this.#most) break
      this.#keys.delete(oldest)
      void super.delete(new Key(oldest))
    }
    return super.put(key, value)
  }

  override delete(key: Key): void {
    this.#keys.delete(key.toString())
    void super.delete(key)
  }
}
