import { all, near, WORD, wordsOf, type Stretch } from './context.ts'

const NAME = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}_.\-]{0,58}[\p{L}\p{N}_])?`
/** Where networks keep the pages of people, up to the name. */
const PROFILE = new RegExp(
  String.raw`(?:https?://)?(?:[a-z]{1,10}\.)?(?:` +
    [
      'facebook\\.com/(?:profile\\.php\\?id=|people/[^\\s\\/]{1,60}/)?|fb\\.(?:com|me)/' +
        '|m\\.me/|instagram\\.com/|threads\\.(?:net|com)/@?|(?:twitter|x)\\.com/',
      'linkedin\\.com/(?:in|pub)/|github\\.com/|gitlab\\.com/|t\\.me/|telegram\\.me/|tiktok\\.com/@' +
        '|youtube\\.com/(?:@|c/|user/|channel/)',
      'snapchat\\.com/add/|pinterest\\.[a-z.]{2,6}/|reddit\\.com/(?:u|user)/|medium\\.com/@' +
        '|(?:ok|vk)\\.(?:ru|com)/|xing\\.com/profile/|twitch\\.tv/|bsky\\.app/profile/',
      'weibo\\.(?:com|cn)/(?:u/|n/)?|zhihu\\.com/people/|douyin\\.com/user/|space\\.bilibili\\.com/' +
        '|xiaohongshu\\.com/user/profile/|steamcommunity\\.com/(?:id|profiles)/',
      'open\\.spotify\\.com/user/|paypal\\.me/|venmo\\.com/(?:u/)?|cash\\.app/\\$|ko-fi\\.com/' +
        '|patreon\\.com/|onlyfans\\.com/|soundcloud\\.com/|keybase\\.io/|orcid\\.org/|line\\.me/ti/p/~?' +
        '|discord\\.com/users/|mastodon\\.[a-z]{2,10}/@',
    ].join('|') +
    String.raw`)${NAME}/?(?:\?[\w=&%.\-]{1,80})?`,
  'giv',
)
/** First parts of a path that are no person's. */
const SITE = new RegExp(
  String.raw`\/(?:share|sharer|intent|watch|hashtag|explore|search|login|about|help|legal` +
    String.raw`|settings|home|jobs|groups|events|pages|marketplace|p|reel|reels|stories|i|joinchat` +
    String.raw`|addstickers|proxy|privacy|terms|features|pricing|topics|trending|sponsors|orgs` +
    String.raw`|apps|policies|status|blog|docs|download|developers|business|ads|tos)(?:[/?#.]` +
    String.raw`|$)`,
  'i',
)
/** github.com/owner/project is a project. */
const PROJECT = /^\/[\w.-]/

const MENTION = new RegExp(
  String.raw`(?<!${WORD}|[.\-\/:@#\\])@(?:[A-Za-z_][\w.\-]{0,48}(?<=\w)(?:@[A-Za-z\d\-]{1,40}` +
    String.raw`(?:\.[A-Za-z\d\-]{1,30}){1,3})?(?![\w@\/\(\-]|\.\w)|(?=[\p{L}--\p{Script=Latin}])[\p{L}\p{M}\p` +
    String.raw`{N}_]{1,30}(?![@\/\(]))`,
  'gv',
)
/** What begins with @ in code and in groups. */
const NO_PERSON = new RegExp(
  String.raw`^@(?:all|everyone|here|channel|room|media|import|charset|keyframes|font-face` +
    String.raw`|supports|layer|container|property|page|namespace|apply|tailwind|use|forward` +
    String.raw`|include|mixin|extend|function|return|returns?|param|throws?|type|typedef|template` +
    String.raw`|see|link|example|title|notice|dev|inheritdoc|custom|deprecated|since|version` +
    String.raw`|author|todo|default|private|public|protected|override|ts-\w+|jsx\w*|overload` +
    String.raw`|SuppressWarnings|FunctionalInterface|Deprecated|Inject|Autowired|Component|Injectable` +
    String.raw`|Input|Output|Bean|Entity|Table|Column|Id|Service|Controller|RestController|Repository` +
    String.raw`|Transactional|Test|Before\w*|After\w*|Nullable|NonNull|NotNull|Data|Builder` +
    String.raw`|Getter|Setter|Value|dataclass|property|staticmethod|classmethod|abstractmethod` +
    String.raw`|pytest\S*|app\.\S+|\w+\.(?:setter|getter|route|command|fixture|mark\S*)|end` +
    String.raw`|interface|implementation|selector|synthesize|autoreleasepool|objc\w*|State|Binding` +
    String.raw`|Published|Observable\w*|Environment\w*|MainActor|echo|if|foreach|yield|section` +
    String.raw`|extends|csrf|home|work|night|times)$`,
  'i',
)
/** Discord's and Slack's marks for a person. */
const MARKED = /<@[!&]?(?:\d{15,20}|[UW][A-Z0-9]{7,12})(?:\|[^>\n]{1,60})?>/g
const HANDLE_WORDS = wordsOf(String.raw`
  (?:snap(?:chat)?|insta(?:gram)?|ig|skype|discord|telegram|tg|tiktok)(?=:? [^\s]{0,20}[\d_.]|:)
  微信(?=[ :：]{0,2}[a-z])
  (?:my|her|his|their) (?:insta(?:gram)?|ig|snap(?:chat)?|twitter|tiktok|telegram|discord|skype)
  (?:my|her|his|their) (?:handle|user ?name|nick(?:name)?)
  (?:instagram|snapchat|skype|discord|telegram|tiktok|twitter) ?(?:id|name|handle|user(?:name)?|account)
  (?:steam|psn|wechat|line|kakao(?:talk)?) ?(?:id|name|handle|user(?:name)?|account)
  benutzername / nom d[’']utilisateur / pseudo / nombre de usuario / nome (?:de usuário|utente)
  nazwa użytkownika / kullanıcı adı\p{L}* / 微信号 / 微信號 / 微信 ?id / qq号? / 微博 / 抖音号 / 用户名 / ラインid / ユーザー名
  카톡 ?(?:아이디|id) / 아이디 / логин / скайп / имя пользователя
`)
const HANDLE =
  /(?<![\p{L}\p{N}_.@-])(?:live:)?(?=[\w.-]{0,30}[\d_.#-])[A-Za-z0-9][\w.-]{3,30}(?<=\w)(?:#\d{4})?(?![\w@])/u

/** Pages of people on networks. */
export const pages = (text: string): Stretch[] => [
  ...all(text, MARKED),
  ...all(text, PROFILE, (it, start) => {
    const end = start + it.length
    if (SITE.test(it)) return false
    return !(/(?:github|gitlab)\.com\//i.test(it) && PROJECT.test(text.slice(end - Number(it.endsWith('/')), end + 2)))
  }).map(trimmed),
]

/** Reddit's and Discord's old names of users. */
const TAGGED = new RegExp(
  String.raw`(?<![\w/.])u\/[\w-]{3,20}(?![\w/])|(?<![\w#/.-])(?!(?:issue|issues|pr|bug|order` +
    String.raw`|ticket|no|nr|num|c|f|line|page|item|task|case|room|version|build|commit)#)[a-z][\w.]{1,30}#\d` +
    String.raw`{4}(?![\d#\w])`,
  'gi',
)

/** Mentions and user names. */
export const accounts = (text: string): Stretch[] => [
  ...all(text, TAGGED),
  ...all(text, MENTION, (it) => !NO_PERSON.test(it)).map(trimmed),
  ...near(text, { words: HANDLE_WORDS, token: HANDLE, between: 14, before: false }),
]

const trimmed = (it: Stretch): Stretch => {
  const text = it.text.replace(/(?<![.-])[.-]+$/, '')
  return { ...it, text, end: it.start + text.length }
}
