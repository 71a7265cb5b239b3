import { folded } from './line.ts'

/**
 * What programs write around the words of others, in the languages that Outlook, Gmail, Apple Mail and Thunderbird
 * come in. In lower case, without the colon behind them.
 */
const list = (words: string): ReadonlySet<string> => new Set(words.split('|'))

/** What stands before the names and dates of a message that is answered or sent on. */
const LABELS = {
  from: list(
    'from|von|de|da|van|från|fra|lähettäjä|od|odosielateľ|от|від|από|feladó|kimden|gönderen|de la|' +
      'expéditeur|remetente|' +
      'mittente|afzender|nadawca|odesílatel|odesílatel (from)|odosielateľ|отправитель|от кого|відправник|מאת|من|از|' +
      'פון|发件人|寄件者|寄件人|發件人|差出人|送信者|보낸 사람|보낸사람|จาก|từ|người gửi|dari|daripada|saatja|kellelt|no|' +
      'nuo|pošiljatelj|šalje|pošiljalac|пошиљалац|шаље|подател|изпращач|frá|प्रेषक|nork|remitente|remitent|' +
      "o'd|kimdən|кімнен|від кого|ვისგან|од|nga|ó|oddi wrth|van wie",
  ),
  sent: list(
    'sent|gesendet|envoyé|envoyée|enviado|enviado el|enviado em|enviada|enviada em|enviat|inviato|data ' +
      'invio|verzonden|' +
      'skickat|sendt|lähetetty|wysłane|wysłano|odesláno|odoslané|poslano|poslato|отправлено|надіслано|' +
      'εστάλη|στάλθηκε|' +
      'elküldve|küldve|gönderildi|gönderme tarihi|trimis|trimis la|נשלח|تم الإرسال|الإرسال|أرسلت|تاريخ ' +
      'الإرسال|ارسال شده|' +
      '发送时间|傳送時間|寄件日期|送信日時|보낸 날짜|보낸날짜|ส่ง|ส่งแล้ว|วันที่ส่ง|đã gửi|dikirim|terkirim|dihantar|' +
      'saadetud|nosūtīts|išsiųsta|изпратено|послано|sent on|bidalia|भेजा गया|verstuurd',
  ),
  date: list(
    'date|datum|fecha|data|dato|päivämäärä|päiväys|дата|dátum|tarih|ημερομηνία|תאריך|التاريخ|تاريخ|تاریخ|日期|时间|時間|' +
      '日付|日時|날짜|วันที่|ngày|tanggal|tarikh|kuupäev|datums|dată|dags|dagsetning|दिनांक|dáta',
  ),
  to: list(
    'to|an|à|a|para|aan|till|til|vastaanottaja|do|komu|za|кому|до|címzett|kime|alıcı|către|catre|προς|אל|إلى|الى|به|' +
      '收件人|收件者|宛先|받는 사람|받는사람|ถึง|đến|tới|kepada|ke|saaja|kellele|kam|iki|adresatas|per a|per|получатель|' +
      'destinataire|destinatario|destinatário|empfänger|nori|प्रति|прима|prima|primatelj|наш|for',
  ),
  subject: list(
    'subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|zadeva|' +
      'тема|tárgy|konu|' +
      'subiect|θέμα|נושא|الموضوع|موضوع|主题|主旨|主題|標題|件名|제목|เรื่อง|หัวเรื่อง|chủ đề|tiêu đề|subjek|perihal|' +
      'subyek|teema|tēma|temats|tema|assumpte|относно|предмет|efni|विषय|gaia|mövzu|ábhar|pwnc',
  ),
  other: list(
    'cc|bcc|kopie|copie|copia|copie à|cópia|kopia|kopi|kópia|kopio|dw|ud|udw|копия|копія|másolatot kap|bilgi|κοιν.|' +
      'עותק|نسخة|抄送|副本|참조|สำเนา|reply-to|antwort an|répondre à|responder a|rispondi a|répondre|attachments|anlagen|' +
      'pièces jointes|datos adjuntos|anexos|allegati|bijlagen|importance|wichtigkeit|importancia|' +
      'priorité|organization|' +
      'newsgroups|resent-from|date d’envoi|添付ファイル|附件',
  ),
} as const
export type Label = keyof typeof LABELS
const labels = new Map(
  (Object.entries(LABELS) as [Label, ReadonlySet<string>][]).flatMap(([label, names]) =>
    [...names].map((name) => [name, label] as const),
  ),
)
/** @param name as `folded` gives it */
export const labelOf = (name: string): Label | null => labels.get(name) ?? null

/** Lines of a program that open what another wrote, with dashes around them or without. */
const OPENINGS = [
  'original message|original appointment|original email|originalmail|reply message|mail original|message original',
  'forwarded message|forwarded by|begin forwarded message|forwarded email|forward message|forwarded from|fwd message',
  'ursprüngliche nachricht|originalnachricht|ursprünglicher termin|original-nachricht|ursprüngliche mail',
  'weitergeleitete nachricht|weitergeleitet von|anfang der weitergeleiteten|weitergeleitete e-mail',
  "message d'origine|message d’origine|message transféré|message réexpédié|message transmis",
  'mensaje original|mensaje reenviado|mensagem original|mensagem encaminhada|mensagem reencaminhada|missatge original',
  'missatge reenviat|messaggio originale|messaggio inoltrato|oorspronkelijk bericht|origineel bericht',
  'doorgestuurd bericht|ursprungligt meddelande|originalmeddelande|vidarebefordrat meddelande|vidarebefordrat brev',
  'oprindelig meddelelse|original meddelelse|videresendt|opprinnelig melding|alkuperäinen viesti|välitetty viesti',
  'edelleenlähetetty|wiadomość oryginalna|oryginalna wiadomość|wiadomość przekazana|przekazana wiadomość',
  'treść przekazanej wiadomości|původní zpráva|přeposlaná zpráva|původní e-mail|pôvodná správa|preposlaná správa',
  'исходное сообщение|пересылаемое сообщение|пересланное сообщение|перенаправленное сообщение|пересылаемое письмо',
  'вихідне повідомлення|оригінальне повідомлення|переслане повідомлення|оригинално съобщение|препратено съобщение',
  'eredeti üzenet|továbbított üzenet|özgün ileti|orijinal mesaj|orijinal ileti|iletilen mesaj|yönlendirilmiş ileti',
  'mesaj original|mesajul original|mesaj redirecționat|αρχικό μήνυμα|προωθημένο μήνυμα|הודעה מקורית|הודעה שהועברה',
  'ההודעה המקורית|الرسالة الأصلية|رسالة أصلية|رسالة معاد توجيهها|رسالة محولة|پیام اصلی|پیام بازفرستاده',
  '原始邮件|邮件原件|转发邮件|转发的邮件|转发信息|原始郵件|原始訊息|轉寄郵件|轉寄的郵件|轉寄訊息|元のメッセージ|転送メッセージ',
  '転送されたメッセージ|원본 메시지|원본메일|전달된 메일|전달된 메시지|ข้อความต้นฉบับ|ข้อความที่ส่งต่อ|thư gốc|tin nhắn gốc',
  'thư đã chuyển tiếp|pesan asli|pesan terusan|pesan yang diteruskan|mesej asal|mesej dimajukan|izvorno sporočilo',
  'posredovano sporočilo|izvorna poruka|originalna poruka|proslijeđena poruka|прослеђена порука|изворна порука',
  'algne sõnum|algne kiri|edastatud sõnum|sākotnējais ziņojums|pārsūtītā ziņa|pradinis laiškas|persiųstas laiškas',
  'upphafleg skilaboð|jatorrizko mezua|मूल संदेश|अग्रेषित संदेश|messaggio inoltrato|inizio messaggio inoltrato',
].flatMap((line) => line.split('|'))

export const opensAnothers = (text: string): boolean => {
  const phrase = folded(text)
  return OPENINGS.some((opening) => phrase.includes(opening))
}

/** Words by which a program says that somebody wrote what follows. */
const VERBS = [
  'wrote|writes|schrieb|schrieben|geschrieben|schreef|schreven|a écrit|écrit|ecrit|a ecrit|écrivait|escribió|escribio|',
  'escribiste|escreveu|escribiu|va escriure|ha escrit|ha scritto|scrisse|scritto|skrev|skrifaði|kirjoitti|kirjutas|',
  'napisał|napisała|napisał\\(a\\)|napisal|pisze|napsal|napsala|napsal\\(a\\)|napísal|napísala|' +
    'napísal\\(a\\)|napísal/a|',
  'je napisao|je napisala|je napisao/la|napisao|napisala|је написао|је написала|написао|je napisal|je napisal/-a|',
  'написал|написала|написал\\(а\\)|пишет|писал|писала|написав|написала|написав\\(-ла\\)|пише|написа|írta|írt|ezt írta|',
  'yazdı|şunu yazdı|şunları yazdı|yazmış|a scris|έγραψε|כתב|כתבה|כתב/ה|מאת|كتب|كتبت|كتب\\(ت\\)|نوشت|menulis|tulis|',
  'rakstīja|parašė|rašė|idatzi zuen|đã viết|viết|เขียนว่า|เขียน|ने लिखा|लिखा|yazıb|წერდა|писав|scríobh|ysgrifennodd',
]
  .join('')
  .replaceAll('/', '\\/')
/** And where words have no spaces between them. */
const UNSPACED_VERBS =
  '写道|寫道|写到|のメール|さんは書きました|のメッセージ|님이 작성|님이 씀|작성|썼습니다|쓴 글|님의 말'
const VERB = new RegExp(`(?<![\\p{L}\\p{M}])(?:${VERBS})(?![\\p{L}\\p{M}])|${UNSPACED_VERBS}`, 'iu')
export const saysThatSomebodyWrote = (text: string): boolean => VERB.test(text)

/** What programs put before a subject when they answer or send on; the subject is not the writer's then. */
const ANSWERS =
  're|aw|antw|antwort|wg|fw|fwd|sv|vs|vl|vb|bs|tr|rv|enc|res|ref|rif|r|i|odp|pd|ynt|ilt|cevap|doorst|vá|' +
  'továbbítás|továbbitás|' +
  'на|отв|ответ|пересл|hh|ftr|atb|trs|bls|ats|rép|εκτ|απ|πρθ|σχετ|תגובה|השב|הועבר|رد|إعادة توجيه|回复|回覆|' +
  '答复|答覆|转发|轉寄|轉發|返信|転送|답장|회신|전달'
const ANSWER = new RegExp(`^\\s*(?:${ANSWERS})\\s*(?:(?:\\[\\d{1,3}\\]|\\(\\d{1,3}\\)|\\^\\d{1,3})\\s*)?[:：]`, 'iu')
export const isAnswersSubject = (subject: string): boolean => ANSWER.test(subject)
