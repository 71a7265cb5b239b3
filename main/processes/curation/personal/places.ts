import { all, near, WORD, wordsOf, type Stretch } from './context.ts'

const DECIMAL = new RegExp(
  String.raw`(?<!${WORD}|[.\-\/])[+\-]?(?:90|[0-8]?\d)\.\d{4,15} ?°? ?[NS]?\s?[,;\/ ]\s?[+\-]?` +
    String.raw`(?:180|1[0-7]\d|\d{1,2})\.\d{4,15}(?: ?°? ?[EWO](?!\p{Script=Latin})| ?°)?(?!\d` +
    String.raw`|\.\d|\s?[,;]\s?[+\-]?\d+\.\d{3})`,
  'gv',
)
const SIGNED = new RegExp(
  String.raw`(?<![\p{Script=Latin}\d])\d{1,2}[.,]\d{2,15} ?°? ?[NSСЮ][ ,;]{0,3}\d{1,3}[.,]\d{2,15} ?°? ?[EW` +
    String.raw`OВЗ](?!\p{Script=Latin})`,
  'gu',
)
const DEGREES = new RegExp(
  String.raw`(?<![\p{Script=Latin}\d])\d{1,2} ?[°º] ?\d{1,2}(?:[.,]\d{1,6})? ?['’′](?: ?\d{1,2}` +
    String.raw`(?:[.,]\d{1,6})? ?(?:["”″]|''|’’))? ?[NSСЮ]?[ ,;]{0,3}\d{1,3} ?[°º] ?\d{1,2}` +
    String.raw`(?:[.,]\d{1,6})? ?['’′](?: ?\d{1,2}(?:[.,]\d{1,6})? ?(?:["”″]|''|’’))?(?: ?[EWOВЗ]` +
    String.raw`(?!\p{Script=Latin}))?`,
  'gu',
)
const LINKS = new RegExp(
  String.raw`\bgeo:-?\d{1,2}\.\d{2,15},-?\d{1,3}\.\d{2,15}|(?<=[@=/])-?\d{1,2}\.\d{3,15},` +
    String.raw`(?:%20)?-?\d{1,3}\.\d{3,15}|https:\/\/(?:maps\.app\.goo\.gl|goo\.gl\/maps)\/[\w-]{6,40}`,
  'g',
)
/** Latitude and longitude by their names, or by the letter before. */
const NAMED = new RegExp(
  String.raw`lat(?:itude)?["']?\s{0,2}[:=]?\s{0,2}-?\d{1,2}\.\d{3,15}[,;\s]{1,3}["']?lo?ng?` +
    String.raw`(?:itude)?["']?\s{0,2}[:=]?\s{0,2}-?\d{1,3}\.\d{3,15}|[北南][纬緯] ?\d{1,2}(?:\.\d{1,15})? ?[°度]?[` +
    String.raw`,，、 ]{0,2}[东西東][经經] ?\d{1,3}(?:\.\d{1,15})? ?[°度]?|(?<!\p{L})[NS] ?\d{1,2} ?[° ] ?\d{1,2}` +
    String.raw`(?:\.\d{1,6})? ?['′’]?[ ,]{1,3}[EW] ?\d{1,3} ?[° ] ?\d{1,2}(?:\.\d{1,6})?`,
  'giu',
)
/** Open Location Code, and what3words. */
const CODES = new RegExp(
  String.raw`(?<![\w+])[23456789CFGHJMPQRVWX]{8}\+[23456789CFGHJMPQRVWX]{2,3}(?![\w+])|(?<![\p{Script=Latin` +
    String.raw`}:/])\/{3}\p{Script=Latin}{3,20}\.\p{Script=Latin}{3,20}\.\p{Script=Latin}{3,20}` +
    String.raw`(?!\p{Script=Latin}|\.\p{L})`,
  'gu',
)

/** Coordinates, and links and codes of maps that hold them. */
export const coordinates = (text: string): Stretch[] =>
  [NAMED, LINKS, SIGNED, DECIMAL, DEGREES, CODES].flatMap((pattern) => all(text, pattern))

const UPPER = String.raw`\p{Lu}[\p{L}\p{M}’'.\-]{0,30}`
const NAME =
  String.raw`${UPPER}(?: (?:(?:de|del|della|dei|degli|di|da|do|dos|das|la|las|los|le|les|du` +
  String.raw`|des|van|von|den|der|el|y|e|of|and|the|św\.|gen\.|ks\.) ){0,2}(?:${UPPER}|\d{1,2}[a-z]?\.?` +
  String.raw`(?= \p{L}))){0,4}`
const HOUSE = String.raw`\d{1,5}(?:[a-zA-Zа-яА-Я](?!\p{L})| [a-zA-Z](?![\p{L}.]| \d))?(?:[\/\-]\d{1,5}[a-zA-Z]?)?`
const CITY =
  String.raw`\p{Lu}[\p{L}\p{M}’'.\-]{1,30}(?: (?:(?:am|an der|im|upon|on|sur|de|del|la|di|do` +
  String.raw`|a\.) )?\p{Lu}[\p{L}\p{M}’'.\-]{1,30}){0,3}`
/** A code of the post and a town behind it. */
const TOWN = String.raw`(?:(?:,| -|\n)? ?(?:[A-Z]{1,2}-)?\d{2,5}(?:[ \-]\d{2,4})?(?: [A-Z]{2}(?![\p{L}]))?,? ${CITY})?`
const BRITISH =
  String.raw`(?:GIR ?0AA|(?:[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d(?:\d|[A-Z])?|\d[A-HJKPS-UW])) ?\d[ABD-HJLNP-UW-Z` +
  String.raw`]{2})`
const UNIT = String.raw`(?:,? (?:Apt|Apartment|Unit|Suite|Ste|Flat|Floor|#)\.? ?#?\d{1,5}[A-Za-z]?)?`
const FLOOR = String.raw`(?:,? ?\d{1,2}(?:º|ª|°|o)? ?(?:[A-Z](?!\p{L})|izq\.?|dcha?\.?|dto\.?|esq\.?)?)?`

const STREETS: readonly RegExp[] = [
  // English: number, name, kind of street; then unit, town, state and code.
  String.raw`\d{1,5}[A-Za-z]?(?:-\d{1,5})? (?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\.? )?` +
    String.raw`(?:${UPPER} |\d{1,3}(?:st|nd|rd|th) ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Lane` +
    String.raw`|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Terrace|Way|Square|Sq|Close|Crescent` +
    String.raw`|Highway|Hwy|Parkway|Pkwy|Circle|Cir|Trail|Mews|Gardens|Grove|Row|Hill|Walk|Wharf` +
    String.raw`|Quay)(?![\p{L}])\.?(?: (?:N|S|E|W|NE|NW|SE|SW)(?![\p{L}]))?${UNIT}(?:, ${CITY})?` +
    String.raw`(?:,? [A-Z]{2,3} \d{4,5}(?:-\d{4})?)?(?:,? ${BRITISH})?`,
  String.raw`\d{1,5} (?:(?!on |the |in |of |down |from |across |other |same |at |to |this ` +
    String.raw`|my |our |up )[a-z\d]{2,15} ){1,2}(?:street|avenue|boulevard|blvd|lane|road)` +
    String.raw`(?!\p{L})`,
  // German, Dutch, Nordic, Finnish, Hungarian: the kind is the word's end.
  String.raw`(?!(?:Arbeits|Park|Sitz|Steh|Stell|Spiel|Sport|Tabellen)platz|Bri|Bahn|Datei)\p{Lu}[\p{L}\-]{1` +
    String.raw`,30}(?:straße|strasse|str\.|weg|gasse|allee|platz|(?:rr|enr|sr|ngr|lr|mr)ing` +
    String.raw`|damm|ufer|chaussee|steig|pfad|straat|laan|plein|gracht|kade|dijk|singel|vej` +
    String.raw`|gade|allé|vägen|gatan|gränd|gata|veien|katu|kuja|polku) ${HOUSE}${TOWN}`,
  String.raw`\p{Lu}[\p{L}\-]{2,30}(?:tie|vei|ring|markt|sgate|vegen) ${HOUSE},? \d{4,5} ${CITY}`,
  String.raw`(?:Straße|Str\.|Am|An der|An den|Auf der|Auf dem|Im|In der|Zum|Zur|Unter den` +
    String.raw`|Hinter der|Alte[rn]?|Große|Kleine|Lange) (?:${UPPER} ){0,2}(?:${UPPER}) ${HOUSE},? ` +
    String.raw`(?:[A-Z]-)?\d{4,5} ${CITY}`,
  String.raw`${UPPER}(?:er|ische|sche) (?:Straße|Strasse|Str\.|Platz|Allee|Weg|Ring|Damm|Chaussee` +
    String.raw`|Ufer) ${HOUSE}${TOWN}`,
  String.raw`${NAME} (?:utca|út|tér|körút|köz|sor) ${HOUSE}\.?`,
  String.raw`${NAME} (?:gate|gt\.|vei|veg|plass) ${HOUSE}${TOWN}`,
  // With the code and the town behind
  String.raw`${NAME} ${HOUSE},? \d{4} ?[A-Z]{2} ${CITY}`,
  String.raw`${NAME} ${HOUSE}, (?:[A-Z]{1,2}-)?(?!(?:19|20)\d\d )\d{4,5} ${CITY}`,
  // French
  String.raw`\d{1,4}(?: ?(?:bis|ter|quater))?,? (?:[Rr]ue|[Aa]venue|[Aa]v\.|[Bb]oulevard|[Bb]d` +
    String.raw`|[Pp]lace|[Cc]hemin|[Ii]mpasse|[Aa]llées?|[Qq]uai|[Rr]oute|[Ss]entier) (?:(?:de la` +
    String.raw`|de l[’']|des|du|de|d[’']|la|le|les) ?)?${NAME}${TOWN}(?:, ${CITY})?`,
  // Spanish, Catalan
  String.raw`(?:[Cc]alle|C/|[Aa]venida|[Aa]v(?:da)?\.|[Pp]aseo|[Pp]laza|[Pp]za\.|[Cc]arrer` +
    String.raw`|[Cc]amino|[Rr]onda|[Tt]ravesía|[Jj]irón|[Cc]arrera|[Cc]ra\.?|[Cc]alzada|[Bb]oulevard) ?` +
    String.raw`(?:(?:de la|de los|de las|del|de|la|el) )?${NAME},? (?:n(?:úm)?[º°o.]*\.? ?|#)?\d{1,5}${FLOOR}` +
    String.raw`${TOWN}`,
  // Portuguese
  String.raw`(?:[Rr]ua|[Aa]v(?:enida|\.)|[Tt]ravessa|[Pp]raça|[Aa]lameda|[Ee]strada|[Rr]odovia` +
    String.raw`|[Ll]argo) (?:(?:da|do|das|dos|de) )?${NAME},? (?:n[º°o.]*\.? ?)?\d{1,5}(?:,? ` +
    String.raw`(?:apto?\.?|ap\.|bloco|casa|\d{1,2}º) ?\w{0,5})?(?:,? ?(?:-|–)? ?\d{5}-?\d{3}` +
    String.raw`|,? \d{4}-\d{3})?(?:,? ${CITY})?`,
  // Italian, Romanian
  String.raw`(?:Via|(?<=(?:in|di|da|è|[:,]) )via|[Vv]iale|[Pp]iazza|[Pp]iazzale|[Cc]orso|[Ll]argo` +
    String.raw`|[Vv]icolo|[Cc]ontrada|[Ll]ungomare|[Ss]trada|[Ss]tr\.|[Bb]ulevardul|[Bb]d\.` +
    String.raw`|[Cc]alea) (?:(?:della|del|delle|dei|degli|di|d[’']|dell[’']|la|il) ?)?${NAME},? ` +
    String.raw`(?:n\.? ?|nr\.? ?)?\d{1,4}(?:/[A-Za-z])?${TOWN}`,
  // Polish, Czech, Slovak, Croatian, Serbian
  String.raw`(?:[Uu]l\.|[Aa]l\.|[Oo]s\.|[Pp]l\.|[Uu]lic[aeyi]|[Aa]lej[ai]|[Oo]siedl[eu]|[Nn]áměstí` +
    String.raw`|[Nn]ám\.|[Tt]řída) ${NAME} ${HOUSE}(?: ?(?:m\.|lok\.) ?\d{1,4})?${TOWN}`,
  String.raw`${NAME} \d{1,4}(?:/\d{1,4}[a-z]?)?, \d{3} ?\d{2} ${CITY}`,
  // Cyrillic
  String.raw`(?:(?:г\.|город|м\.|місто) ?${UPPER}, ?)?(?:[Уу]л(?:\.|иц[аеуы])|[Пп]р(?:-т|-кт` +
    String.raw`|осп\.|оспект[еу]?)|[Пп]ер(?:\.|еул[а-я]{1,4})|[Бб](?:-р|ульвар[еу]?)|[Шш](?:\.` +
    String.raw`|оссе)|[Нн]аб(?:\.|ережн[а-я]{2})|[Пп]л(?:\.|ощад[ьи])|[Вв]ул(?:\.|иц[яія])|[Пп]ров` +
    String.raw`(?:\.|улок)) ?${NAME},? ?(?:д(?:\.|ом)? ?|буд(?:\.|инок)? ?)?${HOUSE}(?:,? ?` +
    String.raw`(?:кв|корп|к|стр|оф)(?:\.|артира)? ?\d{1,4})*`,
  String.raw`${UPPER} (?:улица|ул\.|проспект|пр-т|переулок|пер\.|бульвар|шоссе|вулиця|площадь),? ?` +
    String.raw`(?:д(?:\.|ом)? ?|буд\. ?)?${HOUSE}(?:,? ?(?:кв|корп|к|стр)\.? ?\d{1,4})*`,
  // Turkish
  String.raw`(?:${UPPER} ){1,3}(?:[Mm]ahallesi|[Mm]ah\.|[Cc]addesi|[Cc]ad\.|[Cc]d\.|[Ss]okak` +
    String.raw`|[Ss]okağı|[Ss]ok\.|[Ss]k\.|[Bb]ulvarı|[Bb]ulv\.)(?:,? (?:${UPPER} |\d{1,4}\.? ){1,3}` +
    String.raw`(?:[Cc]addesi|[Cc]ad\.|[Ss]okak|[Ss]okağı|[Ss]ok\.|[Ss]k\.))?,? (?:[Nn]o[:.]? ?)?\d{1,4}` +
    String.raw`(?:/\d{1,4})?(?: [Dd](?:aire)?[:.] ?\d{1,3})?`,
  // Greek
  String.raw`(?:[Οο]δός |[Λλ]εωφ(?:όρος|\.) |[Πη]λατεία )${NAME},? ${HOUSE}`,
  // Vietnamese, Indonesian, Malay
  String.raw`(?:[Ss]ố (?:nhà )?)?\d{1,4}[A-Z]?(?:/\d{1,4}){0,3},? (?:[Đđ]ường|[Pp]hố|[Nn]gõ` +
    String.raw`|[Hh]ẻm|[Nn]gách) ${NAME}(?:, (?:[Pp]hường|[Qq]uận|[Pp]\.|[Qq]\.) ?(?:\d{1,2}` +
    String.raw`|${UPPER}(?: ${UPPER})?))*`,
  String.raw`(?:Jl\.?|Jalan|Jln\.?|Gg\.|Lorong) ${NAME},? (?:No(?:\.|mor)? ?)?\d{1,4}[A-Z]?` +
    String.raw`(?:,? RT ?\.?\d{1,3}/RW ?\.?\d{1,3})?`,
  // Korean, and the sign of Japan's post
  String.raw`〒 ?\d{3}-?\d{4}`,
  String.raw`(?:\p{Script=Hangul}{2,8}(?:특별시|광역시|특별자치시|도|시|군|구|읍|면) ){1,3}\p{Script=Hangul}{1,10}` +
    String.raw`(?:로|길)(?: ?\d{1,4}번?길)? ?\d{1,4}(?:-\d{1,4})?(?!\d|번|년|월|일|시|분|명|개|원|살)(?:,? ?\d{1,4}동)?` +
    String.raw`(?:,? ?\d{1,4}호)?`,
  // Arabic, Persian, Hebrew, Hindi, Thai, Lao, Khmer
  String.raw`(?:شارع|طريق|خیابان|کوچه) [\p{Script=Arabic}\p{M} ]{2,40}?[،,]? ?(?:رقم|بناية` +
    String.raw`|عمارة|مبنى|پلاک|رقم البيت)? ?\d{1,5}`,
  String.raw`\d{1,5}[،,]? (?:شارع|خیابان) [\p{Script=Arabic}\p{M}]{2,20}(?: [\p{Script=Arabic}\p{M}]{2,20}){0,2}`,
  String.raw`(?:[הב]?רחוב|רח[׳']|שדרות|שד[׳']) [\p{Script=Hebrew}"׳״']{2,20}(?: [\p{Script=Hebrew}"׳״']{2,2` +
    String.raw`0}){0,3} \d{1,4}(?:/\d{1,3})?`,
  String.raw`(?:मकान|फ्लैट|प्लॉट|घर) (?:नंबर|संख्या|न\.|नं\.?) ?[\d\-\/A-Z]{1,8}(?:, ?[\p{Script=Devanagari` +
    String.raw`}\p{M} ]{2,40}){0,3}`,
  String.raw`(?:[\p{Script=Devanagari}\p{M}]{2,20} ){1,3}(?:रोड|मार्ग|गली|नगर)(?: नंबर)? ?\d{1,5}`,
  String.raw`(?:บ้านเลขที่|เลขที่) ?\d{1,4}(?:/\d{1,4})?(?: ?(?:หมู่|ม\.) ?\d{1,3})?(?: ?` +
    String.raw`(?:ซอย|ซ\.|ถนน|ถ\.) ?[\p{Script=Thai}\p{M}\d]{1,30}){0,2}(?: ?(?:แขวง|ตำบล|ต\.` +
    String.raw`|เขต|อำเภอ|อ\.|จังหวัด|จ\.)[\p{Script=Thai}\p{M}]{1,20}){0,3}`,
  String.raw`\d{1,4}(?:/\d{1,4})? ?(?:ถนน|ซอย) ?[\p{Script=Thai}\p{M}]{2,30}(?: ?\d{1,3})?`,
  String.raw`(?:ເຮືອນເລກທີ|ផ្ទះលេខ|ຖະໜົນ|ផ្លូវ(?:លេខ)?) ?[\p{Script=Lao}\p{Script=Khmer}\p{M}]{0,20} ?\d{1,` +
    String.raw`4}(?:[, ]{0,2}(?:ຖະໜົນ|ផ្លូវ(?:លេខ)?) ?[\p{Script=Lao}\p{Script=Khmer}\p{M}\d]{1,20})?`,
  // Boxes of the post, and codes that tell a few houses
  String.raw`(?:P\.? ?O\.? Box|Postfach|Apartado(?: de correos)?|Caixa Postal|Casella postale` +
    String.raw`|Boîte postale|Skr\. poczt\.|Postboks|Postbus|а/я) \d{1,6}(?:,? \d{4,5} ${CITY})?`,
  String.raw`(?!\S{2,4} \d(?:GB|TB|ND|RD|TH|ST))(?=\S{2,4} )${BRITISH}`,
].map((form) => new RegExp(String.raw`(?<!${WORD}|[€$£#.\-\/])(?:${form})(?!\d|[\-.]\d)`, 'gv'))

/**
 * In Chinese and Japanese nothing parts an address from the sentence before, so it is read from its numbers
 * backwards.
 */
const CHINESE = new RegExp(
  String.raw`\d{1,5}(?:-\d{1,4})?(?:号|號|弄)(?:\p{Script=Han}{0,6}\d{1,4}(?:-\d{1,4})?(?:号楼` +
    String.raw`|號樓|栋|棟|幢|座|单元|單元|楼|樓|层|層|室|房|户|F)){0,4}`,
  'gu',
)
const CHINESE_STREET =
  /(?<=[在到是去来來从於于寄住址往：:\s]|^)[^在到是去来來从於于寄住址往：:\s]{0,40}(?:路|街|大道|道|巷|弄|胡同|里|村|段)(?:\p{Script=Han}{1,2}[路街巷弄段])?$/u
const JAPANESE = /(?:\d{1,3}|[一二三四五六七八九十]{1,2})(?:丁目|-)\d{1,4}(?:番地?|-)?(?:\d{1,4}号?)?(?:-\d{1,4})?/gu
const JAPANESE_PLACE =
  /(?:〒? ?\d{3}-\d{4} ?)?(?<=^|[はにへが、。：:\s]|〒? ?\d{3}-\d{4} ?)[^はにへが、。：:\s]{0,10}[都道府県市区郡町村][^はにへが、。：:\s]{0,30}$/u
const EAST = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー：:、。〒\d\- ]{2,50}$/u

function eastern(text: string): Stretch[] {
  const backwards = (pattern: RegExp, place: RegExp): Stretch[] =>
    all(text, pattern).flatMap(({ start, end }) => {
      const before = EAST.exec(text.slice(Math.max(0, start - 50), start))?.[0] ?? ''
      const from = place.exec(before)
      if (!from) return []
      const begin = start - (before.length - from.index)
      return [{ start: begin, end, text: text.slice(begin, end) }]
    })
  return /[\p{Script=Han}]/u.test(text)
    ? [...backwards(CHINESE, CHINESE_STREET), ...backwards(JAPANESE, JAPANESE_PLACE)]
    : []
}

const POST_WORDS = wordsOf(String.raw`
  zip(?: ?code)? / post ?codes? / postal code / plz / postleitzahl / code postal / código postal / cep
  cap(?= ?:| è| \d{5}) / kod pocztowy / psč / почтов\p{L}+ индекс / индекс / posta kodu / kode pos
  pin ?code(?=.{0,4}\d{6}(?!\d)) / postnummer / postinumero / 邮编 / 郵遞區號 / 邮政编码 / 郵便番号 / 우편번호 / รหัสไปรษณีย์
  mã bưu / पिन कोड / الرمز البريدي / מיקוד
`)
const POST_CODE = new RegExp(
  String.raw`(?<![\p{L}\p{N}.])(?:\d{5}-\d{3,4}|\d{3}-\d{4}|\d{2}-\d{3}|\d{3} \d{2,3}|\d{4} ?[A-Z]{2}` +
    String.raw`|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4,7})(?![\p{L}\p{N}]|[.,]\d)`,
  'u',
)
const ADDRESS_WORDS = wordsOf(String.raw`
  (?:i|we) live at / my address / home address / ich wohne / wohnhaft / meine adresse / j[’']habite / mon adresse
  vivo en / mi dirección / moro na / abito in / mieszkam / живу / мой адрес / 地址 / 住在 / 住所 / 주소 / adresim
`)
const LOOSE = new RegExp(String.raw`(?<!${WORD})(?:${NAME},? ${HOUSE}|\d{1,5},? ${NAME})(?![\p{L}\p{N}])`, 'v')

/** Streets with a number, boxes and codes of the post in the forms of many languages, the longest first. */
export const postal = (text: string): Stretch[] =>
  [
    ...STREETS.flatMap((pattern) => all(text, pattern)),
    ...eastern(text),
    ...near(text, { words: POST_WORDS, token: POST_CODE, between: 12, before: false }),
    ...near(text, { words: ADDRESS_WORDS, token: LOOSE, between: 24, before: false }),
  ].toSorted((a, b) => b.end - b.start - (a.end - a.start))

const PLATE_WORDS = wordsOf(String.raw`
  (?:licen[cs]e|number|registration|car|vehicle) plates? / plate n / plate(?=:| [a-z]{2,3}-?\d)
  (?:my|the|his|her|our) plates?
  reg(?:istration)? n / kennzeichen / nummernschild\p{L}* / autonummer / kenteken\p{L}* / nummerplaat
  immatriculation / immatriculé\p{L}* / plaque\p{L}* / matrícula / placas? / targa\p{L}* / targat\p{L}
  tablic\p{L}* rejestracyjn\p{L}* / rejestracj\p{L}+ / spz / rendszám\p{L}* / registreringsnummer\p{L}*
  regnummer\p{L}* / nummerplade\p{L}* / skiltnummer / rekisteri(?:numero|kilpi)\p{L}* / plaka\p{L}*
  гос\.? ?номер\p{L}* / номер\p{L}* (?:машин|авто)\p{L}* / номерн\p{L}+ знак / πινακίδ\p{L}* / biển số
  pelat nomor / plat nomor / 车牌 / 車牌 / ナンバー / ナンバープレート / 번호판 / 차량번호 / ทะเบียน / ປ້າຍລົດ / ស្លាកលេខ / नंबर प्लेट
  गाड़ी नंबर / لوحة / رقم السيارة / پلاک / לוחית / מספר (?:ה)?רכב
`)
const PLATE_TOKEN = new RegExp(
  String.raw`(?<!${WORD})(?=[\p{L}\d\-· ]{0,9}\d)(?=[\d\-· ]{0,8}\p{L}|\d{2,3}-\d{2,3}-\d{2,3})` +
    String.raw`(?:\p{Lu}{1,3}|\p{Script=Arabic}{1,3}|\p{Script=Han}{1,4}|\p{Script=Hangul}|[\p{Script=Thai}]{` +
    String.raw`1,3}|\d{1,4})(?:[ \-·:.]{0,2}(?:\p{Lu}{1,4}|\p{Script=Hangul}|\p{Script=Hiragana}` +
    String.raw`|[\p{Script=Thai}]{1,3}|\p{Script=Arabic}{1,3}|\d{1,5}(?!\d))){1,4}(?!${WORD})`,
  'v',
)
/** China's and Russia's have a form that nothing else has. */
const PLATES = new RegExp(
  String.raw`[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z] ?[·•. ]?[A-HJ-NP-Z\d]{5,6}(?![A-Z\d])` +
    String.raw`|(?<![\p{L}\d])[АВЕКМНОРСТУХ] ?\d{3} ?[АВЕКМНОРСТУХ]{2} ?\d{2,3}(?![\p{L}\d])`,
  'giu',
)

export const plates = (text: string): Stretch[] => [
  ...all(text, PLATES),
  ...near(text, {
    words: PLATE_WORDS,
    token: PLATE_TOKEN,
    fits: (it) => /\d{2}|\d \p{Lu}|\d-\p{Lu}/u.test(it) && it.replace(/[^\p{L}\d]/gu, '').length >= 4,
    between: 16,
  }),
]
