import { useRef, useState, type KeyboardEvent } from 'react'
import styles from './week-grid.module.css'

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
const moves: Readonly<Record<string, readonly [day: number, hour: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

interface Props {
  readonly label: string
  /** Monday first, 24 characters a day, "1" where an hour is open. */
  readonly hours: readonly string[]
  readonly dayNames: readonly string[]
  readonly onChange: (hours: string[]) => void
}

/** A week of hours to open and close: by a press, by drawing over several, or with arrows and the space bar. */
export function WeekGrid({ label, hours, dayNames, onChange }: Props) {
  const table = useRef<HTMLTableElement>(null)
  const painting = useRef<'0' | '1' | null>(null)
  const [at, setAt] = useState<readonly [number, number]>([0, 0])
  const set = (day: number, hour: number, value: '0' | '1') =>
    onChange(hours.map((row, i) => (i === day ? row.slice(0, hour) + value + row.slice(hour + 1) : row)))
  const flip = (day: number, hour: number) => (hours[day]![hour] === '1' ? '0' : '1')
  const onKeyDown = (event: KeyboardEvent) => {
    const [day, hour] = moves[event.key] ?? []
    if (day === undefined || hour === undefined) return
    event.preventDefault()
    const next = [Math.min(6, Math.max(0, at[0] + day)), Math.min(23, Math.max(0, at[1] + hour))] as const
    setAt(next)
    table.current?.querySelector<HTMLButtonElement>(`[data-at="${next.join()}"]`)?.focus()
  }
  return (
    <div
      className={styles.wrap}
      onPointerUp={() => (painting.current = null)}
      onPointerLeave={() => (painting.current = null)}
    >
      <table ref={table} className={styles.grid} aria-label={label} onKeyDown={onKeyDown}>
        <thead>
          <tr>
            <td />
            {HOURS.map((hour) => (
              <th key={hour} scope="col">
                {hour % 3 === 0 ? hour : ''}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hours.map((row, day) => (
            <tr key={dayNames[day]}>
              <th scope="row">{dayNames[day]}</th>
              {HOURS.map((hour) => (
                <td key={hour}>
                  <button
                    type="button"
                    className={styles.cell}
                    data-at={`${day},${hour}`}
                    tabIndex={at[0] === day && at[1] === hour ? 0 : -1}
                    aria-pressed={row[hour] === '1'}
                    aria-label={`${dayNames[day]} ${hour}:00`}
                    onFocus={() => setAt([day, hour])}
                    onPointerDown={(event) => {
                      event.currentTarget.releasePointerCapture(event.pointerId)
                      painting.current = flip(day, hour)
                      set(day, hour, painting.current)
                    }}
                    onPointerEnter={() => painting.current && set(day, hour, painting.current)}
                    onKeyDown={(event) => {
                      if (event.key !== ' ' && event.key !== 'Enter') return
                      event.preventDefault()
                      set(day, hour, flip(day, hour))
                    }}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
