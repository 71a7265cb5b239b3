import type { Avatar, AvatarOptions } from '../../../../common/model/chat.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { MemoryDb } from './open.ts'
import { style } from './styles.ts'

type Row = Omit<Avatar, 'remembers'> & { remembers: number }
const AVATAR =
  'select id, name, picture, rules, greeting, model, remembers, style, style_scale as styleScale from avatars'
const toAvatar = ({ remembers, ...row }: Row): Avatar => ({ ...row, remembers: remembers === 1 })
const asRow = ({ remembers, ...request }: AvatarOptions) => ({ ...request, remembers: remembers ? 1 : 0 })

export const avatars = (db: MemoryDb): Avatar[] => db.prepare<[], Row>(`${AVATAR} order by id`).all().map(toAvatar)

/** @throws HearthError NOT_FOUND */
export function avatar(db: MemoryDb, id: number): Avatar {
  const row = db.prepare<[number], Row>(`${AVATAR} where id = ?`).get(id)
  if (!row) throw new HearthError('NOT_FOUND', 'this avatar is not here any more')
  return toAvatar(row)
}

export function addAvatar(db: MemoryDb, request: AvatarOptions): Avatar {
  const { lastInsertRowid } = db
    .prepare(
      `insert into avatars (name, picture, rules, greeting, model, remembers) values (@name, @picture, @rules,
         @greeting, @model, @remembers)`,
    )
    .run(asRow(request))
  return avatar(db, Number(lastInsertRowid))
}

export function changeAvatar(db: MemoryDb, id: number, request: AvatarOptions): Avatar {
  db.prepare(
    `update avatars
       set name = @name, picture = @picture, rules = @rules, greeting = @greeting, model = @model,
         remembers = @remembers
       where id = @id`,
  ).run({ ...asRow(request), id })
  return avatar(db, id)
}

/** @param chosen null for the model's own @throws HearthError NOT_FOUND */
export function setStyle(db: MemoryDb, id: number, chosen: number | null, scale: number): Avatar {
  if (chosen !== null) style(db, chosen)
  db.prepare('update avatars set style = ?, style_scale = ? where id = ?').run(chosen, scale, id)
  return avatar(db, id)
}

/** With its chats. */
export function removeAvatar(db: MemoryDb, id: number): void {
  avatar(db, id)
  db.prepare('delete from avatars where id = ?').run(id)
}
