import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { dateTime, shortHash } from '../../../lib/format.ts'
import type { api } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Table } from '../../../ui/table.tsx'

/** Blocks with something in them that the host gives at a time. */
const PAGE = 25

interface Props {
  readonly blocks: Awaited<ReturnType<typeof api.explorer.blocks>>
  readonly isNewest: boolean
  /** Shows what is older than a block; null shows the newest. */
  readonly onMove: (before: number | null) => void
}

const BlockLink = ({ number }: { readonly number: number }) => <Link to={`/explorer/block/${number}`}>{number}</Link>

/** Blocks; those in which nothing happened take one line together. */
export function BlocksCard({ blocks, isNewest, onMove }: Props) {
  const { t, i18n } = useTranslation()
  const last = blocks.at(-1)
  const isMore = blocks.filter((row) => 'hash' in row && row.transactions > 0).length === PAGE
  return (
    <Card title={t('explorer.blocks')}>
      <Table
        caption={t('explorer.blocks')}
        columns={[t('explorer.number'), t('transactions.hash'), t('explorer.count'), t('transactions.when')]}
        rows={blocks}
        keyOf={(row) => row.number}
        cells={(row) =>
          'hash' in row
            ? [
                <BlockLink key="number" number={row.number} />,
                <Link key="hash" to={`/explorer/block/${row.number}`} title={row.hash}>
                  <code>{shortHash(row.hash)}</code>
                </Link>,
                row.transactions,
                dateTime(row.time * 1000, i18n.language),
              ]
            : [
                <span key="numbers">
                  <BlockLink number={row.number} /> – <BlockLink number={row.oldest} />
                </span>,
                '–',
                t('explorer.emptyBlocks', { count: row.count }),
                dateTime(row.time * 1000, i18n.language),
              ]
        }
      />
      <div className={layout.row}>
        <Button disabled={isNewest} onClick={() => onMove(null)}>
          {t('explorer.newest')}
        </Button>
        <Button disabled={!isMore} onClick={() => last && onMove(last.number)}>
          {t('explorer.older')}
        </Button>
      </div>
    </Card>
  )
}
