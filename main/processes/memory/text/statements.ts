/** Sentences in which people say what they are, have and do, for long rather than now. */
const FORMS: readonly RegExp[] = [
  /\bmy (?:full |middle |maiden )?(?:name|birthday|anniversary|favou?rite [\p{L} ]+|hometown|address|mother|mom|mum|father|dad|parents|sisters?|brothers?|wife|husband|partner|girlfriend|boyfriend|sons?|daughters?|kids|children|grandmother|grandma|grandfather|grandpa|dog|cat|job|boss|doctor|therapist|teacher|degree|dream) (?:is|are|was|were|lives?|works?|studies|died|'s|’s)\b/iu,
  /\bI(?: am|'m|’m) (?:allergic to|afraid of|from|married|divorced|single|engaged|pregnant|retired|a (?:vegetarian|vegan)|vegetarian|vegan|left-handed|colou?r-blind|an? [\p{L}-]+)\b/u,
  /\bI (?:live|lived|grew up|was born|moved (?:to|from|here|out|away|back|in with)|work|worked|study|studied|graduated|got married|got divorced|speak|own|adopted|bought a|quit|retired|started (?:learning|working|studying|playing|a)|joined|volunteer(?:ed)?|collect|play(?: the)?|can['’]?t eat|don['’]t (?:eat|drink|smoke)|never (?:eat|drink|learned)|always wanted|used to)\b/u,
  /\b(?:Ich (?:wohne|lebe|arbeite|studiere|komme aus|heiße|bin (?:allergisch|verheiratet|geschieden|aus|in \p{Lu})|spiele|spreche|esse kein|trinke kein)|[Mm]eine? (?:Name|Geburtstag|Mutter|Vater|Eltern|Schwester|Bruder|Frau|Mann|Tochter|Sohn|Hund|Katze|Beruf) (?:ist|war|heißt|wohnt|arbeitet))\b/u,
  /我(?:叫|住在|来自|在.{1,12}(?:工作|上学|读书)|对.{1,12}过敏|不(?:吃|喝|抽烟)|会说|毕业于|结婚了)|我的(?:名字|生日|家乡|妈妈|爸爸|母亲|父亲|姐姐|妹妹|哥哥|弟弟|妻子|丈夫|女儿|儿子|工作)(?:是|叫|在)/u,
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
