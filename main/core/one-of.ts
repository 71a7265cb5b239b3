/** The source of an expression that matches any one of the choices, each of which is a source itself. */
export const oneOf = (...choices: readonly string[]): string => `(?:${choices.join('|')})`
