import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import dialog from './dialog.module.css'
import styles from './palette.module.css'

/** Something to go to or to do. */
export interface PaletteEntry {
  readonly id: string
  readonly name: string
  /** Of what kind it is, or where it stands. */
  readonly about: string
}

interface Props<Entry extends PaletteEntry> {
  readonly title: string
  readonly hint: string
  readonly none: string
  readonly entries: readonly Entry[]
  readonly text: string
  readonly onText: (text: string) => void
  readonly onChoose: (entry: Entry) => void
  readonly onClose: () => void
  /** What went wrong with the last choice. */
  readonly problem: ReactNode
}

/** A field over a list: what is typed narrows the list, the arrows move in it, and Enter chooses. */
export const Palette = <Entry extends PaletteEntry>({
  title,
  hint,
  none,
  entries,
  text,
  onText,
  onChoose,
  onClose,
  problem,
}: Props<Entry>) => (
  <Base.Root open onOpenChange={(next) => !next && onClose()}>
    <Base.Portal>
      <Base.Backdrop className={dialog.veil} />
      <Base.Popup className={styles.popup} aria-label={title}>
        <Autocomplete.Root
          inline
          open
          mode="none"
          items={entries}
          itemToStringValue={({ name }) => name}
          value={text}
          onValueChange={onText}
          autoHighlight="always"
          keepHighlight
        >
          <Autocomplete.Input className={styles.input} aria-label={title} placeholder={hint} />
          {problem}
          <Autocomplete.Empty className={styles.empty}>{entries.length === 0 && none}</Autocomplete.Empty>
          <Autocomplete.List className={styles.list} aria-label={title}>
            {(entry: Entry) => (
              <Autocomplete.Item key={entry.id} value={entry} className={styles.item} onClick={() => onChoose(entry)}>
                <span>{entry.name}</span>
                <span className={styles.about}>{entry.about}</span>
              </Autocomplete.Item>
            )}
          </Autocomplete.List>
        </Autocomplete.Root>
      </Base.Popup>
    </Base.Portal>
  </Base.Root>
)
