import { useEffect } from 'react'

/** Puts the theme on the document; `system` follows the system as it changes. */
export function useTheme(theme: 'system' | 'light' | 'dark'): void {
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const apply = (): void =>
      void (document.documentElement.dataset.theme = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme)
    apply()
    dark.addEventListener('change', apply)
    return () => dark.removeEventListener('change', apply)
  }, [theme])
}
