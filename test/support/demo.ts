import { fileURLToPath } from 'node:url'

/** The model and the letters that Hearth ships. */
export const demoBase = fileURLToPath(new URL('../../resources/demo/model', import.meta.url))
export const demoLetters = fileURLToPath(new URL('../../resources/demo/letters.jsonl', import.meta.url))
