import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import en from '../../resources/locales/en.json'
import zhCN from '../../resources/locales/zh-CN.json'

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

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: systemLanguage(),
    fallbackLng: 'en',
    resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } },
    interpolation: { escapeValue: false },
  })
}

export function applyLanguage(language: Language): void {
  document.documentElement.lang = language
  if (i18next.language !== language) void i18next.changeLanguage(language)
}
