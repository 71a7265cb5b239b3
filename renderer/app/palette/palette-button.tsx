import { Search } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from '../layout.module.css'

const load = () => import('./palette-of-app.tsx')
const PaletteOfApp = lazy(load)

/** Opens the palette, as Ctrl K does, or ⌘ K. */
export function PaletteButton() {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  useEffect(() => {
    // Beside the first screen, and there before it is asked for: what is typed at once would be lost.
    void load()
    const press = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      event.preventDefault()
      setOpen(true)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  return (
    <>
      <button type="button" className={styles.pill} aria-keyshortcuts="Control+K Meta+K" onClick={() => setOpen(true)}>
        <Search aria-hidden className={styles.search} />
        {t('palette.title')}
        <kbd aria-hidden translate="no">
          Ctrl K
        </kbd>
      </button>
      {open && (
        <Suspense fallback={null}>
          <PaletteOfApp onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
