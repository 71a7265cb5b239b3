/** Six significant digits: more would only tell one machine's arithmetic from another's. */
export const rounded = (value: number): number => Number(value.toPrecision(6))
