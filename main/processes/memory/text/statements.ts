import { oneOf } from '../../../core/one-of.ts'

/** Whom and what people have: “my mother is”, “my favourite colour is”. */
const MINE = oneOf(
  String.raw`name|birthday|anniversary|favou?rite [\p{L} ]+|hometown|address`,
  'mother|mom|mum|father|dad|parents|sisters?|brothers?',
  'wife|husband|partner|girlfriend|boyfriend|sons?|daughters?|kids|children',
  'grandmother|grandma|grandfather|grandpa|dog|cat',
  'job|boss|doctor|therapist|teacher|degree|dream',
)
const MINE_IS = oneOf("is|are|was|were|lives?|works?|studies|died|'s|’s")
/** What people are: “I am left-handed”, “I'm a nurse”. */
const I_AM = oneOf(
  'allergic to|afraid of|from|married|divorced|single|engaged|pregnant|retired',
  String.raw`a (?:vegetarian|vegan)|vegetarian|vegan|left-handed|colou?r-blind|an? [\p{L}-]+`,
)
/** What people do, did and never do. */
const I_DO = oneOf(
  'live|lived|grew up|was born|moved (?:to|from|here|out|away|back|in with)',
  'work|worked|study|studied|graduated|got married|got divorced',
  'speak|own|adopted|bought a|quit|retired|started (?:learning|working|studying|playing|a)',
  'joined|volunteer(?:ed)?|collect|play(?: the)?',
  "can['’]?t eat|don['’]t (?:eat|drink|smoke)|never (?:eat|drink|learned)|always wanted|used to",
)

/** The same in German. */
const ICH_BIN = oneOf(String.raw`allergisch|verheiratet|geschieden|aus|in \p{Lu}`)
const ICH = oneOf(
  'wohne|lebe|arbeite|studiere|komme aus|heiße',
  `bin ${ICH_BIN}`,
  'spiele|spreche|esse kein|trinke kein',
)
const MEIN = oneOf('Name|Geburtstag|Mutter|Vater|Eltern|Schwester|Bruder|Frau|Mann|Tochter|Sohn|Hund|Katze|Beruf')
const MEIN_IST = oneOf('ist|war|heißt|wohnt|arbeitet')

/** And in Chinese. */
const WO = oneOf('叫|住在|来自|在.{1,12}(?:工作|上学|读书)|对.{1,12}过敏', '不(?:吃|喝|抽烟)|会说|毕业于|结婚了')
const WO_DE = oneOf('名字|生日|家乡|妈妈|爸爸|母亲|父亲|姐姐|妹妹|哥哥|弟弟|妻子|丈夫|女儿|儿子|工作')

/** Sentences in which people say what they are, have and do, for long rather than now. */
const FORMS: readonly RegExp[] = [
  new RegExp(String.raw`\bmy (?:full |middle |maiden )?${MINE} ${MINE_IS}\b`, 'iu'),
  new RegExp(String.raw`\bI(?: am|'m|’m) ${I_AM}\b`, 'u'),
  new RegExp(String.raw`\bI ${I_DO}\b`, 'u'),
  new RegExp(String.raw`\b(?:Ich ${ICH}|[Mm]eine? ${MEIN} ${MEIN_IST})\b`, 'u'),
  new RegExp(`我${WO}|我的${WO_DE}(?:是|叫|在)`, 'u'),
]
/** What is only supposed, asked, or said of a dream. */
const NOT_MEANT =
  /[?？]\s*$|\b(?:if|would|wish|might|maybe|imagine|pretend|dreamt|dreamed that|wenn|würde|vielleicht)\b|如果|也许|假如/iu
const LONGEST = 300
const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' })

/** The sentences of a message that may be worth remembering as facts about whoever wrote it, in their own words. */
export function statementsIn(text: string): string[] {
  return [...sentences.segment(text)]
    .map(({ segment }) => segment.trim())
    .filter(
      (sentence) =>
        sentence.length <= LONGEST && !NOT_MEANT.test(sentence) && FORMS.some((form) => form.test(sentence)),
    )
}
