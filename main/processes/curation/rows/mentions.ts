const LEAST_SQUEEZED = 4

const folded = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
const squeezed = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]/gu, '')

/**
 * Whether a text mentions what somebody looks for, whatever case and accents; four letters or digits and more also
 * through blanks and signs, as in a telephone number that is written otherwise.
 */
export function mentions(query: string): (text: string) => boolean {
  const wanted = folded(query.trim())
  const core = squeezed(wanted)
  return (text) => {
    const found = folded(text)
    return found.includes(wanted) || (core.length >= LEAST_SQUEEZED && squeezed(found).includes(core))
  }
}
