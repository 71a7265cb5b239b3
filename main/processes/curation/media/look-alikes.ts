const BITS = 64
/** Of 64 bits, so many may differ where two pictures look alike. */
const FAR = 5
const BANDS = FAR + 1

/** Finds pictures that look like an earlier one: two hashes that differ in five bits at most share one of six bands. */
export class LookAlikes {
  readonly #buckets = new Map<string, bigint[]>()

  /** Whether an earlier picture looks like this one. @param look its difference hash, hexadecimal */
  see(look: string): boolean {
    const own = BigInt(`0x${look}`)
    let alike = false
    for (let band = 0; band < BANDS; band++) {
      const [from, to] = [band, band + 1].map((edge) => BigInt(Math.floor((edge * BITS) / BANDS))) as [bigint, bigint]
      const key = `${band}:${(own >> from) & ((1n << (to - from)) - 1n)}`
      const bucket = this.#buckets.get(key) ?? []
      alike ||= bucket.some((other) => isNear(own, other))
      bucket.push(own)
      this.#buckets.set(key, bucket)
    }
    return alike
  }
}

/** @param a difference hashes, hexadecimal */
export const lookAlike = (a: string, b: string): boolean => isNear(BigInt(`0x${a}`), BigInt(`0x${b}`))

function isNear(a: bigint, b: bigint): boolean {
  let differing = 0
  for (let left = a ^ b; left !== 0n; left &= left - 1n) differing++
  return differing <= FAR
}
