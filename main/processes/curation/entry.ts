import { open, rename, rm } from 'node:fs/promises'
import type { CountryCode } from 'libphonenumber-js/max'
import { ChangeRow, curationContract } from '../../../common/children/curation.ts'
import type { CurationChoices } from '../../../common/model/dataset.ts'
import { Item } from '../../../common/model/item.ts'
import { asDiskError } from '../../core/files.ts'
import { implement, serveChild } from '../../core/processes/child-frame.ts'
import { withProgress } from '../../core/processes/progress.ts'
import { cleanItems } from './clean.ts'
import { importFile, skipIn, type ImportOptions, type Skipped } from '../../importers/import-file.ts'
import { exportDataset } from './export/export-dataset.ts'
import { collectMedia } from './media/collect.ts'
import { galleryPage, judgeMedia } from './media/gallery.ts'
import { checkMedia, packageMedia } from './media/package-media.ts'
import { mentions } from './rows/mentions.ts'
import { pageOf, readItems } from './rows/read-items.ts'
import { entitiesIn, peopleIn } from './personal/redact.ts'
import { qualityReport } from './report/quality-report.ts'
import { countRows } from './rows/count-rows.ts'

type OnProgress = (progress: { items: number }) => void

/** Counts what a stream hands on, and lets others have their turn: a report of a million items takes minutes. */
async function* counted(items: AsyncIterable<Item>, onProgress: OnProgress): AsyncGenerator<Item> {
  let count = 0
  for await (const item of items) {
    yield item
    onProgress({ items: ++count })
  }
}

async function importItems(
  { file, out, ...options }: ImportOptions & { file: string; out: string },
  onProgress: OnProgress,
) {
  const skipped: Skipped = new Map()
  const part = `${out}.part`
  let items = 0
  try {
    {
      await using target = await open(part, 'w', 0o600)
      for await (const item of counted(importFile(file, options, skipped), onProgress)) {
        await target.write(`${JSON.stringify(item)}\n`)
        items++
      }
      await target.sync()
    }
    await rename(part, out)
    return { items, skipped: Object.fromEntries(skipped) }
  } catch (error) {
    await rm(part, { force: true })
    throw asDiskError(error)
  }
}

async function collect({ paths, folder }: { paths: readonly string[]; folder: string }, onProgress: OnProgress) {
  const skipped: Skipped = new Map()
  try {
    const collected = await collectMedia(paths, folder, skipIn(skipped), (count) => onProgress({ items: count }))
    return { ...collected, skipped: Object.fromEntries(skipped) }
  } catch (error) {
    throw asDiskError(error)
  }
}

/** The result takes the place of the one before at once, or not at all. */
async function clean(
  input: { file: string; out: string; changes: string; choices: CurationChoices },
  onProgress: OnProgress,
) {
  const [out, changes] = [`${input.out}.part`, `${input.changes}.part`]
  await Promise.all([out, changes].map((file) => rm(file, { force: true })))
  try {
    const cleaned = await cleanItems(input.file, out, changes, input.choices, (items) => onProgress({ items }))
    await rename(changes, input.changes)
    await rename(out, input.out)
    return cleaned
  } catch (error) {
    await Promise.all([out, changes].map((file) => rm(file, { force: true })))
    throw asDiskError(error)
  }
}

const os = implement(curationContract)
serveChild(
  os.router({
    import: os.import.handler(({ input }) => withProgress((onProgress) => importItems(input, onProgress))),
    report: os.report.handler(({ input }) =>
      withProgress((onProgress: OnProgress) =>
        qualityReport(counted(readItems(input.file), onProgress), { country: input.country as CountryCode }, new Map()),
      ),
    ),
    entities: os.entities.handler(({ input: { file, country, hide, most } }) =>
      withProgress(async (onProgress: OnProgress) =>
        entitiesIn(
          counted(readItems(file), onProgress),
          { country: country as CountryCode, people: await peopleIn(readItems(file), hide) },
          most,
        ),
      ),
    ),
    clean: os.clean.handler(({ input }) => withProgress((onProgress) => clean(input, onProgress))),
    items: os.items.handler(({ input: { file, offset, limit, query } }) => {
      const fits = mentions(query)
      return pageOf(
        file,
        (value) => Item.parse(value),
        ({ text, author }) => fits(text) || (author !== null && fits(author)),
        offset,
        limit,
      )
    }),
    changes: os.changes.handler(({ input: { file, offset, limit } }) =>
      pageOf(
        file,
        (value) => ChangeRow.parse(value),
        () => true,
        offset,
        limit,
      ),
    ),
    export: os.export.handler(({ input: { file, report, request, out } }) =>
      withProgress((onProgress: OnProgress) =>
        exportDataset(
          () => readItems(file),
          report,
          request,
          out,
          (items) => onProgress({ items }),
        ),
      ),
    ),
    collect: os.collect.handler(({ input }) => withProgress((onProgress: OnProgress) => collect(input, onProgress))),
    judge: os.judge.handler(({ input }) => judgeMedia(input.folder, input.choices)),
    gallery: os.gallery.handler(({ input: { folder, choices, order, offset, limit } }) =>
      galleryPage(folder, choices, order, offset, limit),
    ),
    package: os.package.handler(({ input: { folder, choices, out, rows } }) =>
      withProgress((onProgress: OnProgress) =>
        packageMedia(folder, choices, out, rows, (items) => onProgress({ items })),
      ),
    ),
    checkMedia: os.checkMedia.handler(({ input: { folder, rows, report } }) =>
      withProgress(async (onProgress: OnProgress) => {
        await checkMedia(folder, rows, report, (items) => onProgress({ items }))
        return {}
      }),
    ),
    count: os.count.handler(async ({ input }) => ({ count: await countRows(input.file) })),
  }),
)
