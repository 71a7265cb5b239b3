export { Answering, type AnswerPart } from './answering.ts'
export { readCard, writeCard } from './character-card.ts'
export { ChatService } from './chat-service.ts'
export { trySample } from './sample.ts'
