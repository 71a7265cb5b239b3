import { createHmac, randomBytes } from 'node:crypto'
import type { PersonalKind } from '../../../../common/model/quality.ts'
import type { Finding } from './detect.ts'

const KEY_BYTES = 32

/**
 * Puts a mark in the place of each finding: the same for the same person or number all through a dataset, so that it
 * stays worth something, and of no use without the key, which is drawn anew and kept nowhere.
 */
export class Pseudonyms {
  readonly #key = randomBytes(KEY_BYTES)
  readonly #numbers = new Map<string, number>()
  readonly #counts = new Map<PersonalKind, number>()

  /** A name for something that tells nothing of it, and cannot be found by guessing what it was. */
  id(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url').slice(0, 22)
  }

  mark({ kind, same }: Pick<Finding, 'kind' | 'same'>): string {
    const id = this.id(`${kind}/${same}`)
    let number = this.#numbers.get(id)
    if (number === undefined) {
      number = (this.#counts.get(kind) ?? 0) + 1
      this.#counts.set(kind, number)
      this.#numbers.set(id, number)
    }
    return `[${kind} ${number}]`
  }

  redact(text: string, findings: readonly Finding[]): string {
    let [out, at] = ['', 0]
    for (const finding of findings) {
      out += text.slice(at, finding.start) + this.mark(finding)
      at = finding.end
    }
    return out + text.slice(at)
  }
}
