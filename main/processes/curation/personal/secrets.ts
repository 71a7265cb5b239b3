import { all, anyOf, near, wordsOf, type Stretch } from './context.ts'

/** Keys that services give out; each begins in its own way. */
const KEYS = [
  /(?<![\w-])sk-(?:proj-|ant-|svcacct-|or-v1-)?[\w-]{20,200}/g,
  /\bgh[pousr]_\w{36,255}/g,
  /\bgithub_pat_\w{40,255}/g,
  /\bgl(?:pat|dt|rt|soat|cbt)-[\w-]{20,60}/g,
  /\bxox[abeprs]-[\w-]{10,200}/g,
  /\bxapp-\d-[\w-]{10,200}/g,
  /https:\/\/hooks\.slack\.com\/services\/[\w/]{20,100}/g,
  /https:\/\/(?:ptb\.|canary\.)?discord(?:app)?\.com\/api\/webhooks\/\d{5,25}\/[\w-]{20,100}/g,
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{35}/g,
  /\bGOCSPX-[\w-]{20,40}/g,
  /\bya29\.[\w-]{20,300}/g,
  /\bhf_[A-Za-z0-9]{30,60}/g,
  /\b(?:sk|rk|pk)_(?:live|test)_\w{16,199}/g,
  /\bwhsec_[\w+/=]{24,100}/g,
  /\bSG\.[\w-]{16,32}\.[\w-]{32,64}/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bpypi-[\w-]{50,300}/g,
  /\bdo[oprt]_v1_[0-9a-f]{64}\b/g,
  /\b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,40}/g,
  /(?<![\w:])\d{8,10}:AA[\w-]{33}(?![\w-])/g,
  /\bkey-[0-9a-f]{32}\b/g,
  /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b/g,
  /\b(?:sq0(?:atp|csp)-[\w-]{22,43}|EAAA[\w-]{60})/g,
  /\bdapi[0-9a-f]{32}\b/g,
  new RegExp(
    String.raw`\b(?:lin_api_|figd_|PMAK-|gsk_|r8_|ntn_|xai-|pplx-|nvapi-|tvly-|rpa_|sbp_|fly_` +
      String.raw`|vercel_|dckr_pat_|ATATT3|phc_|sntrys_)[\w-]{20,200}`,
    'g',
  ),
  /\b(?:AC|SK)[0-9a-f]{32}\b/g,
  /\beyJ[\w-]{10,2000}\.[\w-]{10,4000}\.[\w-]{10,1000}/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\w+/=\s:,.()-]{20,8000}/g,
  /\bPuTTY-User-Key-File-\d[\w+/=\s:,.()-]{20,8000}/g,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{58}/gi,
  /(?<![0-9a-z])(?:0x)[0-9a-f]{64}(?![0-9a-z])/gi,
  /\b[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,112}\b/g,
  /\b(?:5[HJK][1-9A-HJ-NP-Za-km-z]{49}|[KL][1-9A-HJ-NP-Za-km-z]{51})\b/g,
  /\bAccountKey=[\w+/=]{40,100}/g,
  /(?<=\b(?:Bearer|Basic)\s)[\w.~+/-]{16,2000}={0,2}/g,
]
/** The password in an address: postgres://user:password@host. */
const IN_ADDRESS = /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,64}:)[^\s/@]{1,200}(?=@)/gi

const WORDS = wordsOf(String.raw`
  pass(?:word|wd|code|phrase) / pass(?=[:=]) / pw(?=[:= ]) / pwd / passwor[dt]s? / kennwort / passwort
  contraseñas? / contrasena / clave
  mots? de passe / mdp / senhas? / palavra-passe / wachtwoord(?:en)? / has[łl]o / heslo / jelsz(?:ó|av\p{L}+)
  lösenord(?:et)? / passord(?:et)? / adgangskode(?:n)? / kodeord / salasana(?:ni|si)? / parol(?:a|ă|e|ası|am|im)?
  şifre(?:m|si|niz)? / mật khẩu / kata sandi / lozinka / парол\p{L}{0,3} / κωδικ\p{L}+ / סיסמ\p{L}+
  كلمة (?:ال)?(?:سر|مرور) / رمز عبور / पासवर्ड / পাসওয়ার্ড / รหัสผ่าน / ລະຫັດຜ່ານ / ពាក្យសម្ងាត់ / 密码 / 密碼 / 口令
  パスワード / 暗証番号 / 비밀번호 / 암호
`)
const IS = anyOf(String.raw`
  is(?!\p{L}) / was(?!\p{L}) / are(?!\p{L}) / it's(?!\p{L}) / ist(?!\p{L}) / war(?!\p{L}) / lautet(?!\p{L})
  es(?!\p{L}) / era(?!\p{L}) / est(?!\p{L}) / était(?!\p{L}) / c[’']est(?!\p{L}) / é(?!\p{L}) / è(?!\p{L})
  to(?!\p{L}) / jest(?!\p{L}) / je(?!\p{L}) / är(?!\p{L}) / er(?!\p{L}) / on(?!\p{L}) / az(?!\p{L}) / là(?!\p{L})
  adalah(?!\p{L}) / είναι(?!\p{L}) / هو / هي / היא / הוא / है / হলো / คือ / ແມ່ນ / គឺ / 是 / 为 / 為 / は / が / 는 / 은
  이 / 가 / — / (?<=\s)-(?=\s) / -> / → / =
`)
/** Behind ":" and "=" anything is a password but the mark of an earlier redaction. */
const GIVEN = /^["'`]?\s{0,2}[:=：]\s{0,2}["'`“„«]?((?!\[[a-z]+ \d)[^\s"'`“”„«»,;。，；<>]{4,100})/u
const SAID = new RegExp(
  String.raw`^(?:\s(?!(?:and|but|or|so|because|und|aber|oder|weil|y|pero|et|mais|e|ma|mas` +
    String.raw`|i|a|ale|и|но|а)\s)[\p{L}@.\-]{1,20}){0,4}?(?:\s{0,2}${IS}(?:\s{0,2}[:：])?|(?=\s{0,2}["“„«「]))` +
    String.raw`\s{0,2}["'“”„«‘「]?((?!\[[a-z]+ \d)[!-~]{4,100})`,
  'iu',
)
/** Behind the word alone, or what it is for: letters and digits mixed. */
const BESIDE = new RegExp(
  String.raw`^(?:\s(?!(?:and|but|or|und|oder|y|et|e|и)\s)\p{L}{1,12}){0,2}\s{1,2}((?=[!-~]{0,40}\d)` +
    String.raw`(?=[!-~]{0,40}[A-Za-z])[!-~]{6,100})`,
  'u',
)
/** What a program writes behind the name of a field: a call, a type, a member. */
const CODE = new RegExp(
  String.raw`^(?:[\w.$]*\(|(?:this|self|config|process|options?|opts|req|env|os|args|props|state|z)\.|` +
    String.raw`(?:string|str|Typed)\b[)\]|?]?)`,
  'i',
)
/** Words by which several words are one secret. */
const PHRASE = /phrase$|фраза$/iu
/** Ordinary words that a sentence about a password goes on with. */
const ABOUT = new RegExp(
  `^(?:[*•x._-]+|${
    'wrong|incorrect|invalid|required|needed|expired|weak|strong|too|not|the|your|that' +
    '|same|still|very|only|just|really|' +
    'always|never|safe|secure|hidden|missing|empty|stored|saved|changed|correct|right|good' +
    '|bad|case|different|unknown|' +
    'written|there|falsch|abgelaufen|nicht|schon|noch|sicher|unsicher|richtig|leer|zu|incorrecta' +
    '|correcta|muy|demasiado|' +
    'incorrecte?|trop|faux|errata|corretta|troppo|errada|muito|niet|verkeerd|nieprawidłowe' +
    '|fout|onjuist|none|null|undefined|' +
    'true|false|string|this|what|where|when|which|being|long|short|about|like|kept|going' +
    '|easy|hard|simple|access|continue|enter|log|login|unlock|reset|change|protected|manager'
  })$`,
  'i',
)

/** Whether a token that stands behind "the password is" can be one: not a word of the sentence. */
function looksChosen(token: string, after: string, before = ''): boolean {
  if (token.length < 4 || ABOUT.test(token)) return false
  if (/["'“”„«‘「]/.test(before)) return true
  if (/\d|[!#$%&*+=?@^_~]|[a-z][A-Z]/.test(token)) return true
  // A single plain word is taken where the sentence ends with it.
  return /^\s*(?:$|[\n.!,;)]|and\b|und\b|y\b|et\b|e\b|i\b)/.test(after)
}
const LONGEST = 240

function passwords(text: string): Stretch[] {
  const found: Stretch[] = []
  for (const match of text.matchAll(WORDS)) {
    const from = match.index + match[0].length
    const rest = text.slice(from, from + LONGEST)
    const given = GIVEN.exec(rest)
    const said = given ?? SAID.exec(rest) ?? BESIDE.exec(rest)
    if (!said) continue
    if (given && PHRASE.test(match[0])) {
      const start = from + given[0].length - (given[1] ?? '').length
      const words = /^[\p{L}\p{M}\p{N}'’-]+(?: [\p{L}\p{M}\p{N}'’-]+){1,15}/u.exec(
        text.slice(start, start + LONGEST),
      )?.[0]
      if (words !== undefined) {
        found.push({ start, end: start + words.length, text: words })
        continue
      }
    }
    const token = said[1] ?? ''
    const start = from + said[0].length - token.length
    const closed = token.replace(/(?<!["'”“»’.,;:)])["'”“»’.,;:)]+$/, '')
    const bare = closed.replace(/(?<![!?])[!?]+$/, '')
    if (
      given
        ? ABOUT.test(bare) || CODE.test(token) || bare.toLowerCase() === match[0].toLowerCase()
        : !looksChosen(bare, text.slice(start + bare.length, start + bare.length + 8), text[start - 1])
    )
      continue
    // What stands behind as punctuation may belong to it: "hunter2!".
    const end = start + (given ? token.length : /\d/.test(bare) ? closed.length : bare.length)
    found.push({ start, end, text: text.slice(start, end) })
  }
  return found
}

/** Fields of settings and code that hold a secret: api_key = "…", client-secret: …. */
const FIELD = new RegExp(
  String.raw`(?<=(?<![\p{L}])[\w-]{0,30}(?:api|access|secret|private|auth|client|account|encryption` +
    String.raw`|signing)[ _-]?(?:key|token|secret)(?:[ _-]?(?:key|id|token))?["']?\s{0,2}(?::` +
    String.raw`|=|is|=>|：|是)\s{0,2}["']?)[\w+/=.~-]{12,300}`,
  'giu',
)
const PIN = wordsOf(String.raw`
  pin(?:-?code| code|-nummer| number)?(?!\p{L}) / cvv2? / cvc2? / puk / otp / verification code / security code
  bestätigungscode / code de (?:vérification|sécurité)
  código de (?:verificación|seguridad|verificação|segurança) / codice di (?:verifica|sicurezza)
  kod weryfikacyjny / код подтверждения / пин-?код / 验证码 / 驗證碼 / 支付密码 / 暗証番号 / 確認コード / 인증번호 / doğrulama kodu
  mã (?:pin|otp|xác nhận) / pin-koodi / pinkode / 取款密码
`)
const PIN_TOKEN = /(?<![\p{L}\p{N}./:-])\d{3,8}(?![\p{L}\p{N}%€$]|[./:-]\d)/u

export function secrets(text: string): Stretch[] {
  return [
    ...KEYS.flatMap((pattern) => all(text, pattern)),
    ...all(text, IN_ADDRESS),
    ...all(text, FIELD, (it) => /\d/.test(it) && /[A-Za-z]/.test(it)),
    ...passwords(text),
    ...near(text, { words: PIN, token: PIN_TOKEN, between: 12, before: false }),
  ]
}
