import { termOf } from './words.ts'

/** English words that carry a question and say nothing of what it asks for. */
const WORDS =
  'a about after again all also am an and any anything are as at be because been before being both but by can ' +
  'could did do does doing done down during each ever few for from further get gets getting give given gives go ' +
  'goes going gone got had has have having he her here hers herself him himself his how i if in into is it its ' +
  'itself just kind kinds know known let like long made make makes many may me mention mentioned might mine more ' +
  'most much must my myself need never no nor not now of off on once one only or other our ours ourselves out over ' +
  'own please really recently said same say says shall she should so some someone something sort such take tell ' +
  'than that the their theirs them themselves then there these they thing things this those through to told too ' +
  'type under until up us use used very was way we well were what when where whether which while who whom whose ' +
  'why will with would yes yet you your yours yourself d ll m re s t ve'
const terms = new Set(WORDS.split(' ').map(termOf))

export const isFunctionWord = (term: string): boolean => terms.has(term)
