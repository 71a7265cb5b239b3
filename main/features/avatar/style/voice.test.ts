import { expect, test } from 'vitest'
import { inVoice, voiceOf } from './voice.ts'

const often = (texts: readonly string[]): string[] => Array.from({ length: 5 }, () => texts).flat()

test('what is said again and again is a habit, what is said once is none', () => {
  const voice = voiceOf([...often(['Ha! I knew it', 'Ha! Come over']), 'Well, no'])
  expect(voice.openings.filter((opening) => opening === 'Ha!')).toHaveLength(10)
  expect(voice.openings).not.toContain('Well,')
  expect(inVoice('I wrote [1] “my cat is called Miso”', voice, 0)).toBe('Ha! I wrote [1] “my cat is called Miso”')
})

test('closings are words after a sign, smileys and pictures; a full stop makes room for them', () => {
  const smiling = voiceOf(often(['I moved to Lisbon :)', 'The roses are red :)']))
  expect(inVoice('I do not know.', smiling, 1)).toBe('I do not know :)')
  expect(inVoice('I wrote [2] “It rained.”', smiling, 0)).toBe('I wrote [2] “It rained.” :)')
  expect(inVoice('Yes', voiceOf(often(['See you 🌊', 'Fine 🌊'])), 0)).toBe('Yes 🌊')
  expect(inVoice('Yes', voiceOf(often(['See you, my friend', 'Fine, my friend'])), 0)).toBe('Yes, my friend')
})

test('who writes small and without full stops is answered for alike, but "I" stays', () => {
  const small = voiceOf(often(['going home now', 'it rains']))
  expect(inVoice('Nobody knows.', small, 0)).toBe('nobody knows')
  expect(inVoice('I know.', small, 0)).toBe('I know')
})

test('who has no habits, or wrote nothing, gets answers as they are', () => {
  expect(inVoice('I know.', voiceOf(['One.', 'Two.', 'Three.']), 2)).toBe('I know.')
  expect(inVoice('I know.', voiceOf([]), 0)).toBe('I know.')
})
