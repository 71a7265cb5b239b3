import type UPlot from 'uplot'
import { colour, FONT, Plot, side } from './plot.tsx'

export interface Line {
  readonly label: string
  /** A token of tokens.css, such as --ember. */
  readonly colour: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Few points are drawn as dots as well. */
  readonly dots?: boolean
}

const HEIGHT = 260

interface Props {
  readonly label: string
  readonly axis: string
  readonly lines: readonly Line[]
}

/** Lines over a shared axis, drawn on a canvas so that long runs stay light. */
export const LineChart = ({ label, axis, lines }: Props) => (
  <Plot
    label={`${label}: ${lines.map((line) => `${line.label} ${line.points.at(-1)?.[1].toFixed(3) ?? '–'}`).join(', ')}`}
    height={HEIGHT}
    shape={JSON.stringify([axis, lines.map((line) => [line.label, line.colour])])}
    data={join(lines)}
    options={{
      scales: { x: { time: false } },
      axes: [
        { ...side, label: axis, labelSize: 20, labelFont: FONT },
        { ...side, size: 56 },
      ],
      series: [
        { label: axis },
        ...lines.map((line) => ({
          label: line.label,
          stroke: colour(line.colour),
          width: 2,
          spanGaps: true,
          points: { show: line.dots ?? false, fill: colour(line.colour) },
        })),
      ],
      legend: { live: true },
    }}
  />
)

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
