import { writeFile } from 'node:fs/promises'
import { Option } from '@commander-js/extra-typings'
import { HearthError } from '../../../../../common/errors/index.ts'
import type { MachineRow } from '../../../../../common/model/market.ts'
import { COIN_SYMBOL, formatCoins } from '../../../../../common/model/money.ts'
import { allPages } from '../../../../../common/model/pages.ts'
import { act } from '../../../../cli/act.ts'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { ask, command, send, whole } from '../../../../cli/commands.ts'
import { jobWords } from '../../../../cli/in-words.ts'
import { say } from '../../../../cli/output.ts'
import { answeredOffers, hardwareInWords } from './hardware-in-words.ts'
import { kindInWords, orderRequest, ROWS_KIND } from './order-request.ts'

/** `market`: machines, offers and orders of work that is paid by the second. */
export const marketCommands: CommandGroup = (program) => {
  const market = program.command('market').description('machines, offers and orders')
  command(market, 'offers', 'list open offers, cheapest first').action(
    ask(
      async (api) => ({ offers: await answeredOffers(api) }),
      ({ offers }) =>
        offers
          .map(
            (it) =>
              `offer ${it.id}: machine ${it.machine.id}, ${formatCoins(it.price)} ${COIN_SYMBOL} a second, up to ` +
              `${it.maxSeconds} s, ${fulfilled(it.machine)}, paid for ` +
              `${it.machine.paidSeconds} s by ${it.machine.payingBuyers} customers\n  ${hardwareInWords(it.hardware)}`,
          )
          .join('\n') || 'no open offers',
    ),
  )
  command(market, 'kinds', 'list the kinds of work that can be ordered, with what each asks for').action(
    ask(
      async (api) => ({ kinds: await api.market.kinds({}) }),
      ({ kinds }) => kinds.map(kindInWords).join('\n'),
    ),
  )
  command(market, 'orders', 'list orders that you placed').action(
    ask(
      async (api) => ({ orders: await allPages((offset) => api.market.orders({ offset })) }),
      ({ orders }) =>
        orders
          .map(
            (it) =>
              `${it.order.id} ${it.order.state} ${it.job?.unitsFetched ?? 0}/${it.job?.work?.units ?? '?'} ` +
              (it.job?.work?.unit ?? 'units'),
          )
          .join('\n') || 'none yet',
    ),
  )
  command(market, 'order <id>', 'show one order that you placed').action(
    ask(
      (api, _, [id]) => api.market.order({ id: whole(id) }),
      ({ order, job }) =>
        `order ${order.id}: ${order.state}, ${job?.state ?? 'elsewhere'}${job?.reason ? ` (${jobWords(job.reason)})` : ''}`,
    ),
  )
  command(market, 'buy', 'order work on an offer')
    .requiredOption('--offer <id>', 'the offer', whole)
    .option('--kind <kind>', 'the kind of work; “market kinds” lists them', ROWS_KIND)
    .option('--request <json>', 'what is asked of that kind')
    .addOption(new Option('--rows <number>', 'generated rows').argParser(whole).conflicts(['csv', 'request']))
    .addOption(new Option('--csv <file>', 'your own rows: whole numbers 0–255, one row a line').conflicts('request'))
    .addOption(new Option('--net <size>', 'the net').choices(['small', 'medium', 'large']).conflicts('request'))
    .option('--minutes <number>', 'longest time', whole, 10)
    .action(
      ask(
        async (api, options) => {
          const offer = (await api.market.offers({})).find((item) => item.id === Number(options.offer))
          if (!offer) throw new HearthError('NOT_FOUND', `offer ${String(options.offer)} is not open`)
          const { hash, work } = await api.market.prepareWork({
            kind: options.kind,
            request: await orderRequest(options),
          })
          say(work.words)
          return act(api, {
            kind: 'placeOrder',
            offer: offer.id,
            term: Number(options.minutes) * 60,
            maxPrice: offer.price,
            work: hash,
          })
        },
        (row) => `ordered: ${row.hash}`,
      ),
    )
  command(market, 'result <order>', 'write a checked result to a file')
    .requiredOption('--out <file>', 'the file; bytes, one row after the other')
    .action(
      ask(
        async (api, options, [id]) => {
          const chunks: Buffer[] = []
          for (let offset = 0; ;) {
            const { chunk, total } = await api.market.readResult({ id: whole(id), offset })
            chunks.push(Buffer.from(chunk, 'base64'))
            offset += chunks.at(-1)!.length
            if (offset >= total || chunks.at(-1)!.length === 0) break
          }
          const bytes = Buffer.concat(chunks)
          await writeFile(options.out, bytes)
          return { file: String(options.out), bytes: bytes.length }
        },
        ({ file, bytes }) => `${bytes} bytes in ${file}`,
      ),
    )
  command(market, 'add-machine', 'register this machine with its stake').action(send(() => ({ kind: 'addMachine' })))
  command(market, 'remove-machine <id>', 'remove a machine and take the stake back').action(
    send((_, [id]) => ({ kind: 'removeMachine', machine: whole(id) })),
  )
  command(market, 'cancel-offer <id>', 'cancel an open offer').action(
    send((_, [id]) => ({ kind: 'cancelOffer', offer: whole(id) })),
  )
  command(market, 'renew <order> <seconds>', 'add time to a running order').action(
    send((_, [id, extra]) => ({ kind: 'renewOrder', order: whole(id), extra: whole(extra) })),
  )
  command(market, 'complete <order>', 'accept the work so far and pay for it').action(
    send((_, [id]) => ({ kind: 'complete', order: whole(id) })),
  )
  command(market, 'fail <order>', 'leave an order that this machine serves, unpaid').action(
    send((_, [id]) => ({ kind: 'fail', order: whole(id) })),
  )
  command(market, 'reclaim <order>', 'take the escrow back from a silent provider').action(
    send((_, [id]) => ({ kind: 'reclaim', order: whole(id) })),
  )
}

const fulfilled = ({ done, failed }: MachineRow): string =>
  done + failed === 0 ? 'new' : `${done} of ${done + failed} orders completed`
