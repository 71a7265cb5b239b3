import { MachineDocument } from '../../../../common/model/machine-document.ts'
import type { Db } from '../../../core/db/open.ts'
import type { FeatureTables } from '../../../core/db/owned-tables.ts'
import { specOf } from './machine-document.ts'

export const machineTables: FeatureTables = {
  name: 'feature/machine',
  migrations: [
    `create table machine_documents (
      spec text primary key, -- keccak256 of the document
      document text not null,
      own integer not null -- 1: about this machine; others are told none else
    ) without rowid`,
  ],
}

/** Documents of machines, by the hash that proves them: this machine's, and those of others that were looked at. */
export class DocumentStore {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  /** @returns its `spec` */
  keep(text: string, whose: 'own' | 'others'): string {
    const spec = specOf(text)
    this.#db
      .prepare(
        `insert into machine_documents (spec, document, own) values (?, ?, ?)
         on conflict (spec) do update set own = max(own, excluded.own)`,
      )
      .run(spec, text, whose === 'own' ? 1 : 0)
    return spec
  }

  /** As it was hashed, where it is about this machine. */
  own(spec: string): string | null {
    return (
      this.#db
        .prepare<[string], { document: string }>('select document from machine_documents where spec = ? and own = 1')
        .get(spec.toLowerCase())?.document ?? null
    )
  }

  /** Null for one that this version does not understand, too. */
  get(spec: string): MachineDocument | null {
    const row = this.#db
      .prepare<[string], { document: string }>('select document from machine_documents where spec = ?')
      .get(spec.toLowerCase())
    return row ? (MachineDocument.safeParse(JSON.parse(row.document)).data ?? null) : null
  }
}
