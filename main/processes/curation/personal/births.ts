import { near, wordsOf, type Stretch } from './context.ts'

const WORDS = wordsOf(String.raw`
  (?<!\S)\*(?=\s?\d) / b\.(?= \d) / born(?: on)? / birth ?(?:day|date)s? / date of birth / d\.?o\.?b\.?(?!\p{L})
  b-?day / geboren / geb\.
  geburts(?:tag|datum)\p{L}* / geboortedatum / verjaardag / jarig / född / födelsedag\p{L}* / födelsedatum / født
  fødselsda\p{L}* / bursdag / synty\p{L}* / synn\p{L}+ / syntymä\p{L}+ / synt\. / fædd\p{L}* / née?(?= (?:le|en|à) )
  date de naissance / anniversaire / nac[ií]\p{L}* / fecha de nacimiento / cumpleaños / cumplo / nasc[ei]\p{L}*
  data de nascimento / aniversário / nat[oa] (?:il|a) / data di nascita / compleanno / născut\p{L}*
  zi de naștere / data nașterii / urodz\p{L}+ / ur\.(?= \d) / narozen\p{L}* / nar\.(?= \d) / született\p{L}*
  születési\p{L}*
  született / rođen\p{L}* / родил\p{L}* / рожден\p{L}+ / народи\p{L}+ / народжен\p{L}+ / роден\p{L}* / γεννή\p{L}+
  γενέθλι\p{L}+ / γέννησ\p{L}+ / doğ(?:um|du)\p{L}* / gimė / sündi\p{L}+ / dzimis / 生日 / 出生 / 誕生日 / 生年月日 / 生まれ
  생일 / 생년월일 / 출생 / 태어 / วันเกิด / เกิด / ວັນເກີດ / ເກີດ / ថ្ងៃកំណើត / កើត / မွေး / sinh (?:ngày|nhật) / ngày sinh
  lahir / जन्म / জন্ম / பிறந்த / نولد / ميلاد / مواليد / ولدت / متولد / تولد / پیدائش / נולד / תאריך לידה
  יום הולדת
`)
const DAY = String.raw`(?:3[01]|[12]\d|0?[1-9])`
/** Names of months with which a day is one without its year. */
const MONTHS = [
  ...new Set(
    'en de fr es pt it nl pl cs sv da nb fi hu ro tr ru uk el id'
      .split(' ')
      .flatMap((locale) =>
        Array.from({ length: 12 }, (_, month) =>
          (['long', 'short'] as const).map((style) =>
            new Intl.DateTimeFormat(locale, { day: 'numeric', month: style, timeZone: 'UTC' })
              .formatToParts(Date.UTC(2020, month, 15))
              .flatMap(({ type, value }) =>
                type === 'month' && /^\p{L}{3,}/u.test(value) ? [value.replace(/\.$/, '')] : [],
              )
              .join(''),
          ),
        ).flat(),
      )
      .filter((name) => name !== ''),
  ),
]
  .toSorted((a, b) => b.length - a.length)
  .join('|')
const YEAR = String.raw`(?:(?:18|19|20|24|25)\d\d)`
const MONTH = String.raw`[\p{L}\p{M}]{3,14}\.?`
/** As people write a day; a month's name is any word between the day and the year. */
const TOKEN = new RegExp(
  String.raw`(?<![\d.])(?:` +
    [
      String.raw`${YEAR} ?[.\-/年년] ?\d{1,2} ?[.\-/月월] ?\d{1,2}(?: ?[日号號일])?`,
      String.raw`${DAY} ?[.\-/] ?\d{1,2} ?[.\-/] ?(?:${YEAR}|\d\d)`,
      String.raw`\d{1,2} ?[.\-/] ?${DAY} ?[.\-/] ?(?:${YEAR}|\d\d)`,
      String.raw`${DAY}(?:\.|st|nd|rd|th|er|º|-го|-а)? (?:de |of |d[’'])?${MONTH},? (?:de |del |do )?${YEAR}`,
      String.raw`${MONTH} ${DAY}(?:st|nd|rd|th)?,? ${YEAR}`,
      String.raw`${DAY}(?:\.|st|nd|rd|th|er|º)? ?(?:de |of )?(?:${MONTHS})(?!\p{L})`,
      String.raw`(?:${MONTHS}) ${DAY}(?:st|nd|rd|th)?(?!\p{L})`,
      String.raw`(?:${YEAR}|\d\d)(?:0[1-9]|1[0-2])${DAY}`,
      String.raw`${YEAR}\.? ${MONTH} ${DAY}\.?`,
      String.raw`\d{1,2} ?[月월] ?\d{1,2} ?[日号號일]`,
      String.raw`${DAY}\.? ?(?:tháng|थ) ?\d{1,2}(?: năm)? ?${YEAR}`,
    ].join('|') +
    String.raw`)(?![\d])`,
  'iu',
)

/** Days on which somebody was born: dates by a word that says so. */
export const births = (text: string): Stretch[] => near(text, { words: WORDS, token: TOKEN, between: 28 })
