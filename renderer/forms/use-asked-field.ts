import { useEffect, useRef, type RefObject } from 'react'
import { useLocation } from 'react-router'

/** Puts the focus on the field that the address asks for, as in `#/earn?field=price`, whenever a link leads there. */
export function useAskedField(): RefObject<HTMLFormElement | null> {
  const ref = useRef<HTMLFormElement>(null)
  const { search, key } = useLocation()
  useEffect(() => {
    const name = new URLSearchParams(search).get('field')
    const field = name === null ? null : ref.current?.elements.namedItem(name)
    // Of two forms with such a field the first is meant.
    if (field instanceof HTMLElement && document.activeElement?.getAttribute('name') !== name) field.focus()
  }, [search, key])
  return ref
}
