/** The sum that each frame ends with: CRC-16 with the polynomial 0x8005 (RFC 9639, 9.3). */
const SUMS = Uint16Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 8
  for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum & 0x8000 ? 0x8005 : 0)
  return sum & 0xffff
})

/**
 * Whether frames stand one behind the other up to the end and nothing else does, not even a note behind the last: over
 * a frame with its own sum the sum is zero, and so it is over any number of them.
 */
export function areFlacFrames(bytes: Buffer): boolean {
  let sum = 0
  for (const byte of bytes) sum = ((sum << 8) & 0xffff) ^ (SUMS[(sum >> 8) ^ byte] ?? 0)
  return sum === 0
}
