/** A held-out loss as perplexity, or a dash where there is none. */
export const perplexity = (loss: number | null): string => (loss === null ? '–' : Math.exp(loss).toFixed(2))
