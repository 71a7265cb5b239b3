import * as z from 'zod'
import { HearthError } from '../../../../common/errors/index.ts'
import { MOST_DOCUMENT_BYTES } from '../../../../common/model/machine-document.ts'
import { Hash } from '../../../../common/model/values.ts'
import type { Answers, OpenRoute } from '../../peers/index.ts'

const messages = {
  ask: { request: z.strictObject({ spec: Hash }), answer: z.strictObject({}), body: 'answer' },
} as const
type MachineMessages = typeof messages

/** What is behind a machine's `spec`, for anybody who thinks of ordering there. */
export const machineRoute: OpenRoute<MachineMessages> = {
  caller: 'anybody',
  limits: {
    protocol: 'machine/1',
    messageBytes: 512,
    bodyBytes: MOST_DOCUMENT_BYTES,
    concurrent: 2,
    perMinute: { requests: 12, bytes: 4096 },
  },
  messages,
}

/** @param documentOf the document that this machine registered by a hash, or null */
export const machineAnswers = (
  documentOf: (spec: string) => Promise<string | null>,
): Answers<MachineMessages, null> => ({
  ask: async ({ message: { spec } }) => {
    const document = await documentOf(spec)
    if (document === null) throw new HearthError('NOT_FOUND', 'this machine has kept no such document')
    return { message: {}, body: Buffer.from(document) }
  },
})
