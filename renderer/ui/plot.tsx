import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import styles from './plot.module.css'

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
/** A colour of tokens.css, read at each drawing so that the theme may change. */
export const colour = (name: string) => () => token(name)

export const FONT = '12px Inter Variable'
export const side: UPlot.Axis = {
  stroke: colour('--ink-3'),
  grid: { stroke: colour('--line'), width: 1 },
  ticks: { stroke: colour('--line'), width: 1 },
  font: FONT,
}

interface Props {
  /** The whole chart in words: a canvas says nothing to screen readers. */
  readonly label: string
  readonly height: number
  readonly options: Omit<UPlot.Options, 'width' | 'height'>
  /** Says when the options are others; until it changes, new data alone is handed over. */
  readonly shape: string
  readonly data: UPlot.AlignedData
}

/** A canvas that is as wide as its place and follows the theme. */
export function Plot({ label, height, options, shape, data }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const chart = useRef<UPlot>(null)
  useEffect(() => {
    const element = host.current
    if (!element) return
    const made = new UPlot({ ...options, width: element.clientWidth, height }, data, element)
    chart.current = made
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    resize.observe(element)
    const theme = new MutationObserver(() => made.redraw(false))
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => {
      resize.disconnect()
      theme.disconnect()
      made.destroy()
      chart.current = null
    }
    // The options are made anew by each drawing; `shape` says when they mean something else.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [shape, height])
  useEffect(() => chart.current?.setData(data), [data])
  return <div ref={host} className={styles.chart} role="img" aria-label={label} />
}
