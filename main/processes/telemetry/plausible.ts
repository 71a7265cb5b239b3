/** Sensors lie: a value outside what can be is unknown, not clipped. */
const within =
  (low: number, high: number) =>
  (value: number | null): number | null =>
    value !== null && value >= low && value <= high ? value : null

/** Degrees Celsius. A running chip at or below the freezing point is a sensor without a connection. */
export const temperature = within(1, 130)
/** A powered card draws something. */
export const watts = within(0.1, 2_000)
/** 0 to 1. */
export const share = within(0, 1)
export const byteCount = within(0, 2 ** 50)
