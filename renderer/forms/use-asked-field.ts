import { useEffect, useRef, type RefObject } from 'react'

/** The field that the address asks for, as in `#/earn?field=price`. */
const askedField = (): string | null => new URLSearchParams(location.hash.split('?')[1]).get('field')

/** Puts the focus on the field that a link has named, once the form that has it is there. */
export function useAskedField(): RefObject<HTMLFormElement | null> {
  const ref = useRef<HTMLFormElement>(null)
  useEffect(() => {
    const name = askedField()
    const field = name === null ? null : ref.current?.elements.namedItem(name)
    // Of two forms with such a field the first is meant.
    if (field instanceof HTMLElement && document.activeElement?.getAttribute('name') !== name) field.focus()
  }, [])
  return ref
}
