import type { MemoryDb } from './open.ts'

/**
 * Counts changes of what a search finds, whichever process makes them. Facts and chats beside it change nothing of
 * that.
 */
export const touch = (db: MemoryDb): void => void db.prepare('update revision set number = number + 1').run()
export const revision = (db: MemoryDb): number => db.prepare<[], number>('select number from revision').pluck().get()!
