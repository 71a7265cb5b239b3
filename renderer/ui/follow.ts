import { useCallback, useEffect, useRef, useState } from 'react'

/** As near to its end as this, in pixels, a page counts as read to the end. */
const NEAR = 48
const left = (): number => document.documentElement.scrollHeight - innerHeight - scrollY

interface Follow {
  /** Goes onto what grows. */
  readonly content: (element: HTMLElement | null) => void
  /** Whether the end is out of view. */
  readonly away: boolean
  /** Shows the end, and stays with it. */
  readonly follow: () => void
  /** Stays where the person looks, though it grows. */
  readonly stay: () => void
}

/** Keeps the end of the page in view while something on it grows, unless the person looks further up. */
export function useFollow(): Follow {
  const [content, setContent] = useState<HTMLElement | null>(null)
  const [away, setAway] = useState(false)
  const follows = useRef(true)
  const follow = useCallback(() => {
    follows.current = true
    scrollTo({ top: document.documentElement.scrollHeight })
  }, [])
  useEffect(() => {
    if (!content) return
    let last = scrollY
    const look = (): void => {
      if (left() < NEAR) follows.current = true
      else if (scrollY < last) follows.current = false
      last = scrollY
      setAway(left() >= NEAR)
    }
    const grow = (): void => {
      if (follows.current) follow()
      look()
    }
    const grown = new ResizeObserver(grow)
    grown.observe(content)
    addEventListener('resize', grow)
    addEventListener('scroll', look, { passive: true })
    return () => {
      grown.disconnect()
      removeEventListener('resize', grow)
      removeEventListener('scroll', look)
    }
  }, [content, follow])
  const stay = useCallback(() => void (follows.current = false), [])
  return { content: setContent, away, follow, stay }
}
