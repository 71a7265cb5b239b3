import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import styles from './line-chart.module.css'

export interface Line {
  readonly label: string
  /** A token of tokens.css, such as --ember. */
  readonly colour: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Few points are drawn as dots as well. */
  readonly dots?: boolean
}

const HEIGHT = 260
const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** Lines over a shared axis, drawn on a canvas so that long runs stay light. The table beside it is for screen readers. */
export function LineChart({
  label,
  axis,
  lines,
}: {
  readonly label: string
  readonly axis: string
  readonly lines: readonly Line[]
}) {
  const host = useRef<HTMLDivElement>(null)
  const chart = useRef<UPlot>(null)
  const shape = JSON.stringify(lines.map((line) => [line.label, line.colour]))
  const data = join(lines)
  useEffect(() => {
    const element = host.current!
    const stroke = (name: string) => () => token(name)
    const side = {
      stroke: stroke('--ink-3'),
      grid: { stroke: stroke('--line'), width: 1 },
      ticks: { stroke: stroke('--line'), width: 1 },
      font: '12px Inter Variable',
    }
    const made = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        scales: { x: { time: false } },
        axes: [
          { ...side, label: axis, labelSize: 20, labelFont: '12px Inter Variable' },
          { ...side, size: 56 },
        ],
        series: [
          { label: axis },
          ...lines.map((line) => ({
            label: line.label,
            stroke: stroke(line.colour),
            width: 2,
            spanGaps: true,
            points: { show: line.dots ?? false, fill: stroke(line.colour) },
          })),
        ],
        legend: { live: true },
      },
      data,
      element,
    )
    chart.current = made
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }))
    resize.observe(element)
    // The theme changes the colours that are read at each drawing.
    const theme = new MutationObserver(() => made.redraw(false))
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => {
      resize.disconnect()
      theme.disconnect()
      made.destroy()
      chart.current = null
    }
    // Rebuilt when the lines are others; their points alone are handed over below.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [shape, axis])
  useEffect(() => chart.current?.setData(data), [data])
  return (
    <div
      ref={host}
      className={styles.chart}
      role="img"
      aria-label={`${label}: ${lines.map((line) => `${line.label} ${line.points.at(-1)?.[1].toFixed(3) ?? '–'}`).join(', ')}`}
    />
  )
}

/** All lines on one axis, with gaps where a line has no point. */
function join(lines: readonly Line[]): UPlot.AlignedData {
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(([x]) => x)))].toSorted((a, b) => a - b)
  return [
    xs,
    ...lines.map(({ points }) => {
      const known = new Map(points)
      return xs.map((x) => known.get(x) ?? null)
    }),
  ]
}
