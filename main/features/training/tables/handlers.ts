import { implement } from '@orpc/server'
import { tablesContract } from '../../../../common/api/tables.ts'
import type { CallContext } from '../../../core/call-context.ts'
import { base64Of } from '../../../core/file-pieces.ts'
import type { TableService } from './table-service.ts'

const CHUNK = 256 * 1024

export function tablesHandlers({ tables }: { readonly tables: TableService }) {
  const os = implement(tablesContract).$context<CallContext>()
  return {
    list: os.list.handler(() => tables.list()),
    create: os.create.handler(({ input }) => tables.create(input.name, input.upload)),
    get: os.get.handler(({ input }) => tables.detail(input.id)),
    suggest: os.suggest.handler(({ input }) => tables.suggest(input.id, input.target)),
    prepare: os.prepare.handler(({ input }) => tables.prepare(input.id, input.pipeline)),
    train: os.train.handler(({ input, signal }) => tables.train(input.id, input.model, signal)),
    remove: os.remove.handler(async ({ input }) => {
      await tables.remove(input.id)
      return {}
    }),
    read: os.read.handler(async ({ input }) => base64Of(await tables.read(input.id, input.name, input.offset, CHUNK))),
  }
}
