import { useEffect, useRef, type RefObject } from 'react'

/**
 * Where a step of several is done, its controls are gone, and the focus with them. It goes on to the first heading or
 * field of what came instead, unless the person has put it elsewhere.
 * @param step changes with each step; `ref` is for the element that holds all of them
 */
export function useNextFocus<E extends HTMLElement>(step: string): RefObject<E | null> {
  const ref = useRef<E>(null)
  const last = useRef(step)
  useEffect(() => {
    if (last.current === step) return
    last.current = step
    const { activeElement, body } = document
    if (activeElement && activeElement !== body) return
    const next = ref.current?.querySelector<HTMLElement>('h2, input, textarea, select, button')
    if (next?.tagName === 'H2') next.tabIndex = -1
    next?.focus()
  }, [step])
  return ref
}
