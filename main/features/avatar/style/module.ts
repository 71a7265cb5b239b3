import type { Foundation, Module } from '../../../core/module.ts'
import type { TrainingService } from '../../training/runs/index.ts'
import type { ChatService } from '../chat/index.ts'
import { styleHandlers } from './handlers.ts'
import { StyleService } from './style-service.ts'

/** How a person writes, learnt by a training run and used by avatars. */
export function styleModule({
  chats,
  clock,
  db,
  log,
  paths,
  processes,
  runner,
  training,
}: Foundation & { readonly chats: ChatService; readonly training: TrainingService }) {
  const { memory, trainer } = processes
  const styles = new StyleService({ runner, db, clock, memory, trainer, chats, training, paths, log })
  return { services: { styles }, start: [styles], api: { style: styleHandlers({ styles, chats }) } } satisfies Module
}
