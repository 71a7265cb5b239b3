const LOCALES = [
  'af am ar az be bg bn bs ca cs cy da de el en en-AU en-CA en-GB es es-CO es-MX et eu fa fi fil fr fr-CA ga gl gu he',
  'hi hr hu hy id is it ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my nb ne nl no or pa pl ps pt pt-PT ro ru si sk',
  'sl sq sr sr-Latn sv sw ta te th tk tr uk ur uz vi zh zh-HK zh-Hant zu',
].flatMap((line) => line.split(' '))

/** As older versions of ICU and makers of phones write them, beside what our ICU knows. */
const MORNINGS = [
  'am, a.m., dop, dopol, fm, f.m., de, öö, sa, pg, дп, п.д., π.μ., ق.ظ, قبل از ظهر, قبل دوپہر, صبح, صباحا, ص',
  'לפנה״צ, לפנה"צ, पूर्वाह्न, म.पू., ಪೂರ್ವಾಹ್ನ, முற்பகல், পূর্বাহ্ণ, пре подне, прије подне, pre podne',
  'преди обяд, пр.об., ap, aamup., 上午, 午前, 오전, ก่อนเที่ยง, vorm., voorm., ante meridiem, e paradites',
]
const AFTERNOONS = [
  'pm, p.m., odp, popol, em, e.m., du, ös, ch, ptg, пп, п.п., μ.μ., ب.ظ, بعد از ظهر, بعد دوپہر, م, مساء',
  'אחה״צ, אחה"צ, अपराह्न, म.उ., ಅಪರಾಹ್ನ, பிற்பகல், অপরাহ্ণ, по подне, после подне, po podne, след обяд, сл.об.',
  'ip, iltap., 下午, 午後, 오후, หลังเที่ยง, nachm., nam., post meridiem, e pasdites',
]
/** Words between a date and a clock, or behind one, that say nothing; and the names of eras. */
const FILLERS = [
  'at um à às as a las alle ore om kl klo kell ob u o v в во у le el la les г год р ч час uhr hod godz uur val plkst',
  'pukul jam lúc vào στις ve saat को बजे এ น เวลา พ.ศ. هـ ه ه.ش هجري',
].flatMap((line) => line.split(' '))

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s.,،、;()'’‘ʼ״"\u200b-\u200f\u2066-\u2069\u0640]/gu, '')

type Halves = ReadonlyMap<string, ReadonlySet<number>>
interface Words {
  readonly halves: Halves
  /** “at night”, “凌晨”, “de la tarde”: hours of the day that each may stand for. */
  readonly periods: Halves
  readonly fillers: ReadonlySet<string>
}
let known: Words | null = null

/** Made at its first use: eighty languages take a fifth of a second. */
function words(): Words {
  if (known) return known
  const [halves, periods] = [new Map<string, Set<number>>(), new Map<string, Set<number>>()]
  const add = (to: Map<string, Set<number>>, word: string, hours: readonly number[]): void => {
    const key = plain(word)
    if (key === '') return
    const all = to.get(key) ?? new Set()
    for (const hour of hours) all.add(hour)
    to.set(key, all)
  }
  const twelve = Array.from({ length: 12 }, (_, hour) => hour)
  for (const word of MORNINGS.flatMap((line) => line.split(','))) add(halves, word, twelve)
  for (const word of AFTERNOONS.flatMap((line) => line.split(',')))
    add(
      halves,
      word,
      twelve.map((hour) => hour + 12),
    )
  const fillers = new Set(FILLERS.map(plain))
  for (const locale of LOCALES) {
    const clock = { hour: 'numeric', hour12: true, timeZone: 'UTC' } as const
    const forms = [
      [halves, new Intl.DateTimeFormat(locale, clock)],
      [periods, new Intl.DateTimeFormat(locale, { ...clock, dayPeriod: 'short' })],
      [periods, new Intl.DateTimeFormat(locale, { ...clock, dayPeriod: 'long' })],
    ] as const
    for (const [to, form] of forms)
      for (let hour = 0; hour < 24; hour++) {
        const part = form.formatToParts(hour * 3_600_000 + 300_000).find(({ type }) => type === 'dayPeriod')
        if (part) add(to, part.value, [hour])
      }
    for (const dateStyle of ['short', 'medium', 'long'] as const)
      for (const { type, value } of new Intl.DateTimeFormat(locale, {
        dateStyle,
        timeStyle: 'short',
        timeZone: 'UTC',
      }).formatToParts(0))
        if (type === 'literal') for (const word of value.split(/\s+/)) fillers.add(plain(word))
  }
  fillers.delete('')
  return (known = { halves, periods, fillers })
}

/** The hour of the day, or null where a word leaves it open or is not known. */
function hourIn(hour: number, word: string): number | null {
  const { halves, periods } = words()
  const hours = halves.get(word) ?? periods.get(word)
  if (!hours) return null
  const fitting = [hour % 12, (hour % 12) + 12].filter((candidate) => hours.has(candidate))
  const [found] = hour > 12 ? fitting.filter((candidate) => candidate === hour) : fitting
  return fitting.length === 1 && found !== undefined ? found : null
}

/**
 * The hour of the day that a clock shows, by what stands before and behind it in any of the languages. Null where any
 * of it is not known: what cannot be read is not guessed.
 */
export function hourOfDay(hour: number, around: readonly string[]): number | null {
  let found: number | null = null
  for (const text of around) {
    const parts = text.split(/\s+/).filter((word) => plain(word) !== '')
    for (let at = 0; at < parts.length;) {
      // The longest run of words that tells a half of the day, or one that says nothing.
      let length = parts.length - at
      let told: number | null = null
      for (; length > 0 && told === null; length--) told = hourIn(hour, plain(parts.slice(at, at + length).join('')))
      if (told !== null) {
        if (found !== null && found !== told) return null
        found = told
        at += length + 1
      } else if (words().fillers.has(plain(parts[at] ?? ''))) at++
      else return null
    }
  }
  return found ?? (hour < 24 ? hour : null)
}
