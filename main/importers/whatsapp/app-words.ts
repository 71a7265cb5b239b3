import { MARKS } from './header.ts'

/** What WhatsApp writes in the place of a file, by language: Android’s words for any, then the iPhone’s by its kind. */
const MEDIA = `
af: media weggelaat
ar: تم استبعاد الوسائط|المدرجات غير متضمنة|لم يتم إدراج الصورة|لم يتم إدراج الفيديوهات|لم يتم إدراج المقاطع الصوتية
ar: لم يتم إدراج صورة gif|لم يتم إدراج المستند|لم يتم إدراج بطاقة جهة اتصال|تم حذف الملصقات
az: media buraxıldı|media çıxarılmışdır
bg: без файл|пропуснат файл
bn: মিডিয়া বাদ দেওয়া হয়েছে|ইমেজ বাদ দেওয়া হয়েছে|ভিডিও বাদ দেওয়া হয়েছে|অডিও বাদ দেওয়া হয়েছে
bn: স্টিকার বাদ দেওয়া হয়েছে|জিআইএফ বাদ দেওয়া হয়েছে|ডকুমেন্ট বাদ দেওয়া হয়েছে
ca: fitxers multimèdia omesos|mitjans omesos|imatge omesa|vídeo omès|àudio omès|adhesiu omès|gif omès|document omès
ca: targeta de contacte omesa
cs: média vynechány|média vynechána|obrázek vynechán|video vynecháno|zvukový soubor vynechán|nálepka vynechána
cs: gif vynechán|dokument vynechán|vizitka vynechána
da: medier udeladt|mediefil udeladt|billede udeladt|video udeladt|lyd udeladt|klistermærke udeladt|gif udeladt
da: dokument udeladt|kontaktkort udeladt
de: medien ausgeschlossen|medien weggelassen|bild weggelassen|video weggelassen|audio weggelassen|gif weggelassen
de: sticker weggelassen|dokument weggelassen|kontaktkarte ausgelassen|kontaktkarte weggelassen
de: videonachricht weggelassen
el: αρχείο παραλήφθηκε|εξαίρεση πολυμέσων|τα μέσα παραλείφθηκαν|εικόνα παραλείφθηκε|βίντεο παραλείφθηκε
el: ήχος παραλείφθηκε
el: αυτοκόλλητο παραλήφθηκε|παράληψη gif|έγγραφο παραλείφθηκε|η κάρτα επαφής παραλήφθηκε
en: media omitted|image omitted|video omitted|audio omitted|gif omitted|sticker omitted|document omitted
en: contact card omitted|video note omitted|video message omitted|view once voice message omitted|location omitted
es: multimedia omitido|archivo omitido|archivos omitidos|imagen omitida|video omitido|vídeo omitido|audio omitido
es: gif omitido|sticker omitido|documento omitido|tarjeta de contacto omitida|nota de video omitida
et: meedia välja jäetud|meedia ära jäetud
fa: رسانه حذف شد|پيوست نما/آهنگ حذف شد|تصویر حذف شد|ویدیو حذف شد|صدا حذف شد|استیکر حذف شد|gif حذف شد|سند حذف شد
fi: media jätettiin pois|media jätetty pois|videota ei sisällytetä|äänitiedostoa ei sisällytetä|tarraa ei sisällytetty
fi: gif-animaatio jätetty pois|dokumenttia ei sisällytetä|yhteystietokortti jätettiin pois|kuva jätetty pois
fil: inalis ang media|walang kalakip na media
fr: médias omis|fichier omis|image absente|vidéo absente|audio omis|sticker omis|gif retiré|document manquant
fr: fiche contact manquante|image omise|vidéo omise|gif omis|document omis|message vidéo omis
ga: íomhá ligthe ar lár|físeán ligthe ar lár|comhad fuaime ar lár|gif ligthe ar lár|cáipéis ligthe ar lár
gu: મિડિયા છોડી મૂકાયું|મીડિયા અવગણવામાં આવ્યા|મીડિયા અવગણાયું|છબી પડતી મૂકાઈ|વિડિયો પડતી મુકાઈ
he: המדיה לא נכללה|מדיה הושמטה|התמונה הושמטה|סרטון הווידאו הושמט|קטע קול הושמט|סטיקר הושמט|gif הושמט|מסמך הושמט
he: כרטיס איש קשר הושמט
hi: मीडिया के बिना|फ़ोटो हटाई गई|वीडियो छोड़ा गया|ऑडियो हटाई गयी|स्टिकर छोड़ा गया|gif छोड़ा गया|डॉक्यूमेंट छोड़ा गया
hi: कॉन्टैक्ट कार्ड छोड़ा गया
hr: medijski zapis izostavljen|slika izostavljena|video izostavljen|zvuk izostavljen|naljepnica izostavljena
hr: gif izostavljen|dokument izostavljen|posjetnica izostavljena
hu: média elhagyva|hiányzó médiafájl|kép küldése sikertelen|videó kihagyva|hang kihagyása|matrica kihagyva
hu: gif fájl kihagyása|dokumentum kihagyva|névjegykártya kihagyva|kép kihagyva
id: media tidak disertakan|gambar tidak disertakan|video tidak disertakan|audio tidak disertakan|stiker tidak disertakan
id: gif tidak disertakan|dokumen tidak disertakan|kartu kontak tidak disertakan
it: media omessi|media omesso|immagine omessa|video omesso|audio omesso|sticker non incluso|sticker omesso|gif esclusa
it: documento omesso|scheda contatto omessa|videomessaggio omesso
ja: メディアなし|メディアは含まれていません|画像は含まれていません|ビデオは含まれていません|動画は含まれていません
ja: 音声は含まれていません|スタンプは含まれていません|gifは含まれていません|ドキュメントは含まれていません|連絡先カードを省略
kk: файлдар қосылмаған|файл қосылған жоқ
kn: ಮಾಧ್ಯಮ ಕೈಬಿಡಲಾಗಿದೆ|ಮೀಡಿಯಾ ಕೈಬಿಡಲಾಗಿದೆ
ko: 미디어 파일 제외됨|미디어 파일을 생략한 대화내용|이미지 생략됨|비디오 생략됨|동영상 생략됨|오디오 생략됨
ko: 스티커 제외됨|gif 생략됨|문서 생략됨|연락처 카드 생략됨|사진 생략됨
lo: ບໍ່ລວມມີເດຍ
lt: medija praleista|praleistas medijos turinys
lv: nav iekļauta multivide|bez multivides
mk: без фајлови|без фајл
ml: മീഡിയ ഒഴിവാക്കി
mr: मीडिया वगळण्यात आला|मीडिया वगळले|इमेज वगळली|व्हिडीओ वगळला|ऑडिओ वगळला|स्टिकर वगळले|gif वगळले|डॉक्युमेंट वगळले
ms: media dikecualikan|media disingkirkan|imej tidak dimasukkan|video tidak dimasukkan|audio tidak dimasukkan
ms: pelekat tidak disertakan|gif tidak dimasukkan|dokumen tidak dimasukkan|kad kenalan tidak dimasukkan
nb: media utelatt|uten vedlegg|bilde ikke inkludert|bilde utelatt|video utelatt|lyd utelatt|klistremerke utelatt
nb: gif utelatt|utelatt dokument|dokument utelatt|kontaktkort sløyfet
nl: media weggelaten|afbeelding weggelaten|video weggelaten|audio weggelaten|sticker weggelaten|gif weggelaten
nl: document weggelaten|visitekaartje weggelaten|contactkaart weggelaten
pa: ਮੀਡੀਆ ਛੱਡਿਆ|ਮੀਡੀਆ ਛਡਿਆ ਗਿਆ|ਮੀਡੀਆ ਛੱਡਿਆ ਗਿਆ
pl: pominięto multimedia|pliki pominięto|obraz pominięty|wideo pominięte|audio pominięte|pominięto naklejkę
pl: plik gif pominięty|dokument pominięty|pominięta wizytówka kontaktu
pt: mídia oculta|mídia omitida|arquivo de mídia oculto|arquivo de mídia omitido|ficheiro não revelado|imagem ocultada
pt: imagem omitida|imagem não revelada|vídeo omitido|vídeo não revelado|áudio ocultado|áudio omitido|gif não revelada
pt: ficheiro de áudio não revelado|figurinha omitida|sticker não revelado|documento não revelado|contacto não revelado
pt: cartão do contato omitido|gif omitido|documento omitido
ro: conținut media omis|fișiere media omise|imagine omisă|clip video omis|gif omis|document omis
ro: carte de vizită contact omisă
ru: без медиафайлов|файл пропущен|изображение отсутствует|видео отсутствует|аудиофайл отсутствует|аудио отсутствует
ru: стикер не добавлен|gif отсутствует|документ отсутствует|карточка контакта отсутствует|видеосообщение отсутствует
sk: médiá vynechané|obrázok vynechaný|video vynechané|zvuk vynechaný|nálepka vynechaná|gif vynechaný|dokument vynechaný
sk: karta kontaktu vynechaná
sl: datoteke izpuščene|medij izpuščen
sq: media u hoq|media hequr
sr: медији су изостављени
sv: media utelämnat|media har utelämnats|bild utesluten|video utesluten|ljud utelslutet|sticker utesluten|gif utesluten
sv: dokument uteslutet|kontaktkort uteslutet
sw: media hazijajumuishwa|media imerukwa
ta: கோப்புகள் விடப்பட்டன|ஊடகங்கள் நீக்கப்பட்டது
te: మీడియా విస్మరించబడింది|మాధ్యమం విస్మరించబడింది
th: ไฟล์สื่อถูกลบ|สื่อถูกลบ|วิดีโอถูกลบ|ละเว้น gif|ละเว้นเอกสาร|บัตรรายชื่อที่ละเว้น
tr: medya dahil edilmedi|medya atlanmış|görüntü dahil edilmedi|video dahil edilmedi|ses dahil edilmedi
tr: çıkartma dahil edilmedi|gif dahil edilmedi|belge dahil edilmedi|kişi kartı dahil edilmedi
uk: медіа пропущено|зображення відсутнє|відео відсутнє|аудіо відсутнє|наклейку не додано|gif-анімацію пропущено
uk: документ пропущено|картка контакту відсутня
ur: میڈیا چھوڑ دیا گیا|میڈیا ہٹا دیا گیا|تصویر نکال دی گئی ہے|ویڈیو نظرانداز|آڈیو نظرانداز|دستاویز نظرانداز
uz: fayl o‘tkazib yuborildi
vi: bỏ qua tệp phương tiện|bỏ qua media|đã bỏ qua hình ảnh|đã bỏ video|bỏ qua tệp âm thanh|đã bỏ sticker
vi: đã bỏ qua ảnh gif|đã bỏ qua tài liệu|bỏ qua thẻ liên lạc
zh: 省略多媒体文件|忽略多媒體檔|媒體已略去|照片已忽略|视频已忽略|音频已忽略|贴图已省略|gif 动态图已被忽略|文档已省略
zh: 联系人卡片已忽略|圖片已略去|圖像已省略|影片已略去|影片已省略|音訊已略去|音訊已省略|貼圖已略去|貼圖已忽略|gif 已略去
zh: gif 圖片已被省略|文件已略去|文件已忽略|聯絡人卡片已略去|聯絡人卡片已省略|图像已忽略|已忽略图片
`
/** What stands in the place of a message that was taken back. */
const DELETED = `
af: hierdie boodskap was uitgevee|jy het boodskap uitgevee
ar: تم حذف هذه الرسالة|لقد حذفت هذه الرسالة|حذفت هذه الرسالة|أنت حذفت هذه الرسالة|لقد حذَفت هذه الرسالة
az: bu ismarıc silindi|siz bu ismarıcı sildiniz
bg: съобщението беше изтрито|изтрихте това съобщение
bn: এই মেসেজটি বাদ দেওয়া হয়েছে|আপনি এই মেসেজটি বাদ দিয়েছেন|এই বার্তাটি মুছে ফেলা হয়েছে|আপনি এই বার্তাটি মুছে ফেলেছেন
ca: aquest missatge s'ha suprimit|aquest missatge està esborrat|has suprimit aquest missatge
ca: has esborrat aquest missatge
cs: tato zpráva byla smazána|tato zpráva byla odstraněna|tuto zprávu jste smazal/a|tuto zprávu jste odstranil/a
da: denne besked er blevet slettet|denne besked blev slettet|du har slettet denne besked|du slettede denne besked
de: diese nachricht wurde gelöscht|du hast diese nachricht gelöscht|diese nachricht wurde von einem admin gelöscht
el: αυτό το μήνυμα διαγράφηκε|διαγράψατε αυτό το μήνυμα|διαγράψατε το μήνυμα
en: this message was deleted|you deleted this message|this message was deleted by an admin|message deleted
es: se eliminó este mensaje|eliminaste este mensaje|este mensaje fue eliminado|este mensaje se eliminó
et: see sõnum on kustutatud|kustutasid selle sõnumi
fa: این پیام حذف شده است|این پیام حذف شد|شما این پیام را حذف کردید
fi: tämä viesti poistettiin|poistit tämän viestin
fil: itong mensahe ay binura na|binura mo itong mensahe
fr: ce message a été supprimé|vous avez supprimé ce message|tu as supprimé ce message
ga: scriosadh an teachtaireacht seo|scrios tú an teachtaireacht seo
gu: આ મેસેજ ડિલીટ કરાયો|આ સંદેશ રદ્દ કરાયો|તમે આ મેસેજ ડિલીટ કર્યો|તમે આ સંદેશને રદ્દ કર્યો
he: הודעה זו נמחקה|מחקת את ההודעה הזו|מחקת הודעה זו|ההודעה הזו נמחקה
hi: यह मैसेज डिलीट कर दिया गया है|यह संदेश मिटाया गया|आपने यह मैसेज डिलीट किया|आपने यह संदेश मिटाया
hr: ova je poruka izbrisana|ova poruka je izbrisana|izbrisali ste ovu poruku
hu: ez az üzenet törlésre került|törölted ezt az üzenetet|ezt az üzenetet törölted
id: pesan ini dihapus|pesan ini telah dihapus|anda menghapus pesan ini|anda telah menghapus pesan ini
it: questo messaggio è stato eliminato|hai eliminato questo messaggio
ja: このメッセージは削除されました|このメッセージを削除しました|メッセージを削除しました
kk: бұл хат жойылды|сіз бұл хатты жойдыңыз
kn: ಈ ಸಂದೇಶವು ಅಳಿಸಲ್ಪಟ್ಟಿದೆ|ನೀವು ಈ ಸಂದೇಶವನ್ನು ಅಳಿಸಿದ್ದೀರಿ
ko: 이 메시지는 삭제되었습니다|이 메시지를 삭제했습니다|삭제한 메시지입니다|삭제된 메시지입니다
lt: ši žinutė buvo ištrinta|jūs ištrynėte šią žinutę
lv: šī ziņa tika izdzēsta|jūs izdzēsāt šo ziņu
mk: оваа порака беше избришана|ја избриша оваа порака
ml: ഈ സന്ദേശം ഇല്ലാതാക്കിയതാണ്|ഈ സന്ദേശം നിങ്ങൾ ഇല്ലാതാക്കി
mr: हा मेसेज हटवण्यात आला|तुम्ही हा मेसेज हटवला|हा संदेश हटविण्यात आला होता|आपण हा संदेश हटविलात
ms: mesej ini telah dipadam|anda telah memadamkan mesej ini
nb: denne meldingen ble slettet|du slettet denne meldingen
nl: dit bericht is verwijderd|u hebt dit bericht verwijderd|je hebt dit bericht verwijderd
pa: ਇਸ ਸੁਨੇਹੇ ਨੂੰ ਹਟਾਇਆ ਗਿਆ|ਤੁਸੀਂ ਇਹ ਸੁਨੇਹਾ ਹਟਾਇਆ
pl: ta wiadomość została usunięta|usunąłeś(-ęłaś) tę wiadomość|usunąłeś(aś) tę wiadomość|usunięto tę wiadomość
pt: mensagem apagada|esta mensagem foi apagada|apagou esta mensagem|você apagou esta mensagem
pt: esta mensagem foi apagada pelo remetente|esta mensagem foi eliminada|apagaste esta mensagem
ro: acest mesaj a fost șters|ați șters acest mesaj|ai șters acest mesaj
ru: данное сообщение удалено|вы удалили данное сообщение|вы удалили это сообщение
ru: это сообщение удалено|сообщение удалено
sk: táto správa bola odstránená|túto správu ste odstránili
sl: to sporočilo je bilo izbrisano|to sporočilo ste izbrisali
sr: ова порука је обрисана|обрисао/ла си ову поруку
sv: det här meddelandet raderades|detta meddelande raderades|det här meddelandet togs bort
sv: du har tagit bort meddelandet|du raderade det här meddelandet|du raderade detta meddelande
sw: ujumbe huu ulifutwa|umefuta ujumbe huu
ta: இத்தகவல் திரும்பப்பெறப்பட்டது|இத்தகவலை தாங்கள் அழித்தீர்கள்
th: ข้อความนี้ถูกลบแล้ว|ข้อความนี้ได้ถูกลบ|คุณได้ลบข้อความนี้|คุณลบข้อความนี้
tr: bu mesaj silindi|bu mesajı sildiniz
uk: це повідомлення було видалено|ви видалили це повідомлення
ur: یہ میسج حذف کر دیا گیا ہے|آپ نے یہ میسج حذف کر دیا ہے|یہ پیغام حذف کیا گیا|آپ نے اس پیغام کو حذف کیا
uz: ushbu xabar o‘chirildi|siz ushbu xabarni o‘chirdingiz
vi: tin nhắn này đã bị xóa|tin nhắn này đã bị xoá|bạn đã xóa tin nhắn này|bạn đã xoá tin nhắn này
zh: 此訊息已刪除|您已刪除此訊息|你已刪除此訊息|这条消息已被删除|此消息已删除|您已删除这条消息|你删除了这条消息|信息已删除
zh: 您删除这个信息|已删除此消息|此消息已被删除
`
/** What stands behind a message that was changed. */
const EDITED = `
ar: تم تعديل هذه الرسالة
cs: tato zpráva byla upravena
da: denne besked blev redigeret
de: diese nachricht wurde bearbeitet
en: this message was edited
es: se editó este mensaje|este mensaje fue editado
fi: tätä viestiä muokattiin
fr: ce message a été modifié
he: הודעה זו נערכה
hi: यह मैसेज एडिट किया गया है|यह मैसेज एडिट किया गया
id: pesan ini diedit
it: questo messaggio è stato modificato
ja: このメッセージは編集されました|このメッセージは編集済みです
ko: 이 메시지는 수정되었습니다
nb: denne meldingen ble redigert
nl: dit bericht is bewerkt
pl: ta wiadomość została zmieniona|ta wiadomość została edytowana
pt: mensagem editada|esta mensagem foi editada
ro: acest mesaj a fost editat
ru: сообщение изменено|данное сообщение изменено|это сообщение изменено
sv: det här meddelandet redigerades
tr: bu mesaj düzenlendi
uk: це повідомлення відредаговано|це повідомлення змінено
zh: 此消息已编辑|这条消息已被编辑|此訊息已編輯
`
/** Behind the name of a file that came along. */
const ATTACHED = `
ar: الملف مرفق|ملف مرفق
cs: soubor byl přiložen
da: fil vedhæftet
de: datei angehängt
el: επισυνάφθηκε αρχείο
en: file attached
es: archivo adjunto
fi: tiedosto liitetty
fr: fichier joint
he: קובץ מצורף
hi: फ़ाइल संलग्न|फ़ाइल अटैच की गई
hu: fájl csatolva
id: file terlampir
it: file allegato
ja: 添付ファイル|ファイル添付
ko: 파일 첨부됨|첨부 파일
nb: fil vedlagt
nl: bestand bijgevoegd
pl: załączono plik
pt: arquivo anexado|ficheiro anexado
ro: fișier atașat
ru: файл добавлен
sv: fil bifogad
tr: dosya ekli
uk: файл додано
vi: tệp đính kèm
zh: 文件附件|檔案附件|附件
`

const plain = (text: string): string =>
  text
    .replace(MARKS, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.。।۔]$/, '')
const listed = (table: string): ReadonlySet<string> =>
  new Set(
    table
      .trim()
      .split('\n')
      .flatMap((line) => line.slice(line.indexOf(':') + 1).split('|'))
      .map(plain),
  )
const [media, deleted, edited, attached] = [MEDIA, DELETED, EDITED, ATTACHED].map(listed) as [
  ReadonlySet<string>,
  ReadonlySet<string>,
  ReadonlySet<string>,
  ReadonlySet<string>,
]
/** Letters of the longest line that the app writes: a name of a file, and words about it. */
const LONGEST = 400
const unbracketed = (text: string): string => /^<(.*)>$/.exec(text.trim())?.[1] ?? text

/** Names that WhatsApp itself gives to files, such as `IMG-20240131-WA0001.jpg` and `00000012-PHOTO-2024-01-31.jpg`. */
const OWN_FILE = /^(?:[A-Z]{3}-\d{8}-WA\d{4,}|\d{8}-[A-Z]+-[\d-]+)\.\w{2,5}$/
const ANY_FILE = /^\S.{0,200}\.[\p{L}\d]{2,5}$/u

function isAttachment(text: string): boolean {
  // iPhones write <attached: NAME> in every language, with the word for it before the colon.
  const inner = /^<[^<>:：]{2,30}[:：]\s?([^<>]{3,200})>$/.exec(text)?.[1]
  if (inner !== undefined) return OWN_FILE.test(inner) || ANY_FILE.test(inner)
  const [, name = '', word = ''] = /^(.{3,200}) \(([^()]{2,40})\)$/.exec(text) ?? []
  return OWN_FILE.test(name) || (ANY_FILE.test(name) && attached.has(plain(word)))
}

/** Whether a whole line stands in the place of a file; words that only hold such words are somebody’s. */
export function isMedia(line: string): boolean {
  if (line.length > LONGEST) return false
  const text = line.replace(MARKS, '').trim()
  if (media.has(plain(unbracketed(text))) || isAttachment(text)) return true
  // “Plan.pdf • 2 pages document omitted”
  const words = text.split(' ')
  for (let last = 1; last < Math.min(words.length, 8); last++)
    if (media.has(plain(words.slice(-last).join(' '))))
      return /\.[\p{L}\d]{2,5}(?: • [^•]{1,30})?$/u.test(words.slice(0, -last).join(' '))
  return false
}
export const isDeleted = (line: string): boolean => line.length <= LONGEST && deleted.has(plain(line))

/** What is left of a line without what the app added behind it: a file, or that it was changed. */
export function withoutTail(line: string): { readonly text: string; readonly media: boolean } {
  const open = line.lastIndexOf('<')
  const tag = open < 0 || line.length - open > LONGEST ? null : /^<([^<>]+)>\s*$/.exec(line.slice(open))
  if (tag && edited.has(plain(tag[1] ?? '')))
    return {
      text: line
        .slice(0, open)
        .replace(/\u200e$/, '')
        .trimEnd(),
      media: false,
    }
  const mark = line.lastIndexOf('\u200e')
  const before = line.slice(0, Math.max(0, mark)).trimEnd()
  if (mark > 0 && isMedia(line.slice(mark))) return { text: before, media: true }
  return { text: line, media: false }
}

/** How the notice begins that each chat opens with; some phones put it under somebody's name. */
const ENCRYPTED = [
  'messages and calls are end-to-end encrypted',
  'messages to this chat and calls are now secured',
  'messages you send to this',
  'nachrichten und anrufe sind ende-zu-ende-verschlüsselt',
  'los mensajes y las llamadas están cifrados',
  'les messages et les appels sont chiffrés',
  'les messages et appels sont chiffrés',
  'i messaggi e le chiamate sono crittografati',
  'as mensagens e as chamadas são protegidas',
  'as mensagens e ligações são protegidas',
  'as mensagens e chamadas são encriptadas',
  'berichten en oproepen worden end-to-end versleuteld',
  'berichten en gesprekken worden end-to-end versleuteld',
  'сообщения и звонки защищены сквозным шифрованием',
  'повідомлення й дзвінки захищено наскрізним',
  'zprávy a hovory jsou',
  'wiadomości i połączenia są w pełni szyfrowane',
  'mesajlar ve aramalar uçtan uca şifrelidir',
  'pesan dan panggilan terenkripsi secara end-to-end',
  'الرسائل والمكالمات مشفرة',
  '消息和通话已进行端到端加密',
  '訊息和通話經端對端加密',
]
/** Whether a line is that notice; none of them goes without the app's name. */
export function isOpeningNotice(line: string): boolean {
  const text = plain(line.slice(0, LONGEST))
  return text.includes('whatsapp') && ENCRYPTED.some((words) => text.startsWith(words))
}

/** Verbs of “changed the subject to”, “hat die Beschreibung geändert” and their like: whole words, none a name. */
const CHANGED = new RegExp(
  [
    'changed|created|modifié|changé|créé|geändert|änderte|erstellt|cambió|ha cambiado|modificó|creó',
    'cambiato|modificato|creato|alterou|mudou|criou|gewijzigd|aangemaakt|изменила?|сменила?|создала?',
    'змінив|змінила|створила?|промени|değiştirdi|oluşturdu|zmienił|zmieniła|zmienił\\(a\\)|utworzył',
    'utworzyła|změnila?|změnil\\(a\\)|mengubah|membuat|muutti|ändrade|ændrede|endret|módosította',
    'megváltoztatta|a schimbat|άλλαξε|đã thay đổi|đã đổi|غيّر|غير|שינה|שינתה|बदला|बदल',
  ]
    .flatMap((line) => line.split('|'))
    .map((verb) => `(?<=\\s)${verb}(?=\\s|$)`)
    .join('|'),
  'u',
)
const CHANGED_UNSPACED = /更改|变更|變更|変更|변경|修改|改为|改為|เปลี่ยน/u

/**
 * Whether what stands before a colon is a notice of the app that has a colon in it, and nobody’s name: an open
 * quotation, or a sentence about a change.
 */
export function isNotice(name: string): boolean {
  const unquoted = name.replace(/„[^“”]*[“”]|“[^”]*”|«[^»]*»|»[^«]*«|「[^」]*」|『[^』]*』|‹[^›]*›|"[^"]*"/gu, '')
  const isSentence = name.split(/\s+/).length >= 4
  // An inch or an acronym of Hebrew has a straight quote of its own.
  if (/[“„«»「『‹]/u.test(unquoted) || (isSentence && unquoted.includes('"'))) return true
  return (isSentence && CHANGED.test(name)) || (name.length >= 6 && CHANGED_UNSPACED.test(name))
}
