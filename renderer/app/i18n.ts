import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import en from '../../resources/locales/en.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    readonly defaultNS: 'translation'
    readonly resources: { readonly translation: typeof en }
  }
}

export const languages = { en: 'English', 'zh-CN': '简体中文' } as const
export type Language = keyof typeof languages

export const systemLanguage = (): Language =>
  navigator.languages.some((tag) => tag.toLowerCase().startsWith('zh')) && !navigator.languages[0]?.startsWith('en')
    ? 'zh-CN'
    : 'en'

/** English is what others fall back on, so it is always there; another language is fetched where it is read. */
const others = { 'zh-CN': () => import('../../resources/locales/zh-CN.json') } as const

async function fetchWords(language: Language): Promise<void> {
  if (language === 'en' || i18next.hasResourceBundle(language, 'translation')) return
  i18next.addResourceBundle(language, 'translation', (await others[language]()).default)
}

export async function startI18n(): Promise<void> {
  const lng = systemLanguage()
  await i18next.use(initReactI18next).init({
    lng,
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  })
  await fetchWords(lng)
}

/** The language that was asked for last. */
let wanted: Language | undefined

export async function applyLanguage(language: Language): Promise<void> {
  wanted = language
  await fetchWords(language)
  if (wanted !== language) return
  document.documentElement.lang = language
  if (i18next.language !== language) await i18next.changeLanguage(language)
}
