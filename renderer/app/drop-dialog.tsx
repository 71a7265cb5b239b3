import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { droppedKind, droppedKinds, dropPlaces, LONGEST_BEGINNING, type DropPlace } from '../lib/dropped.ts'
import { useDropped } from '../state/dropped.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { layout } from '../ui/layout.tsx'

/** Places where a file is named by its path, or which need more than it. */
const pages: ReadonlySet<DropPlace> = new Set(['archive', 'models'])

interface Offered {
  readonly file: File
  readonly kind: keyof typeof droppedKinds | 'several' | 'folder'
}

/** Whether files are dragged, and not onto a field that takes them itself. */
const concerns = ({ target, dataTransfer }: DragEvent): boolean =>
  dataTransfer?.types.includes('Files') === true && !(target instanceof HTMLInputElement && target.type === 'file')

async function offeredOf(files: FileList, isFolder: boolean): Promise<Offered | null> {
  const [file] = files
  if (!file) return null
  if (isFolder) return { file, kind: 'folder' }
  if (files.length > 1) return { file, kind: 'several' }
  const head = new TextDecoder('latin1').decode(await file.slice(0, LONGEST_BEGINNING).arrayBuffer())
  return { file, kind: droppedKind(file.name, head) }
}

/** Takes what is dropped anywhere on the window: a proof is led to its verification, anything else is offered its place. */
export function DropDialog() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [offered, setOffered] = useState<Offered | null>(null)
  const go = (file: File, place: DropPlace): void => {
    setOffered(null)
    useDropped.getState().give(pages.has(place) ? null : { file, place })
    void navigate(dropPlaces[place])
  }
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (concerns(event)) event.preventDefault()
    }
    const drop = (event: DragEvent): void => {
      const { dataTransfer } = event
      if (!dataTransfer || !concerns(event)) return
      event.preventDefault()
      const isFolder = dataTransfer.items[0]?.webkitGetAsEntry()?.isDirectory === true
      void offeredOf(dataTransfer.files, isFolder).then((found) => {
        if (found?.kind === 'proof' || found?.kind === 'prepared') go(found.file, found.kind)
        else setOffered(found)
      })
    }
    addEventListener('dragover', over)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('drop', drop)
    }
  })
  if (!offered) return null
  const { file, kind } = offered
  const places: readonly DropPlace[] = kind === 'several' || kind === 'folder' ? [] : droppedKinds[kind]
  return (
    <Dialog title={t('layout.drop.title')} open onClose={() => setOffered(null)}>
      <p>
        {kind !== 'several' && (
          <>
            <strong translate="no">{file.name}</strong>{' '}
          </>
        )}
        {t(`layout.drop.kinds.${kind}`)}
      </p>
      <div className={layout.row}>
        {places.map((place, i) => (
          <Button key={place} kind={i === 0 ? 'primary' : 'secondary'} onClick={() => go(file, place)}>
            {t(`layout.drop.places.${place}`)}
          </Button>
        ))}
      </div>
      <DialogActions>
        <Button onClick={() => setOffered(null)}>{t('common.close')}</Button>
      </DialogActions>
    </Dialog>
  )
}
