import { toUtf8String, Utf8ErrorFuncs } from 'ethers'
import { requestStates, saleStates, SellerProfile } from '../../../model/data-market.ts'
import { changeAndNote as change, stateOf, type EventHandlers } from '../../contract-module.ts'
import type { abi } from './abi.gen.ts'

/** Anybody may announce anything; what is no profile is an empty one. */
function profileOf(hex: string): SellerProfile {
  try {
    return SellerProfile.parse(JSON.parse(toUtf8String(hex, Utf8ErrorFuncs.replace)))
  } catch {
    return { name: null, addresses: [] }
  }
}

export const events: EventHandlers<typeof abi> = {
  AssetCreated: ({ args: { id, owner, parent, royalty } }, rows) => {
    rows.insert('data_assets', {
      id: Number(id),
      owner,
      creator: owner,
      parent: Number(parent) || null,
      royalty: Number(royalty),
      state: 'draft',
      price: '0',
      version: 0,
    })
    rows.trail('data_assets', Number(id))
  },
  VersionPublished: ({ args, time }, rows) => {
    rows.insert('data_versions', {
      asset: Number(args.id),
      version: Number(args.version),
      content: args.content,
      metadata: args.metadata,
      key_commit: args.keyCommit,
      salt: args.salt,
      segments: args.segments,
      count: Number(args.count),
      draw_block: Number(args.lotBlock) || null,
      time,
    })
    change(rows, 'data_assets', args.id, { version: Number(args.version), state: 'draft' })
  },
  PreviewShown: ({ args: { id, version, lot, preview } }, rows) =>
    rows.change('data_versions', { preview, draw: lot }, { asset: Number(id), version: Number(version) }),
  AssetListed: ({ args: { id, price } }, rows) =>
    change(rows, 'data_assets', id, { state: 'listed', price: String(price) }),
  AssetUnlisted: ({ args: { id } }, rows) => change(rows, 'data_assets', id, { state: 'unlisted' }),
  AssetReported: ({ args: { id, account } }, rows) =>
    rows.run('insert or ignore into data_reports (asset, account) values (?, ?)', Number(id), account),
  // A mint follows the asset's own event.
  Transfer: ({ args: { tokenId, to } }, rows) => rows.change('data_assets', { owner: to }, { id: Number(tokenId) }),
  SellerAnnounced: ({ args: { seller, profile } }, rows) =>
    rows.run(
      `insert into data_sellers (account, profile) values (?, ?)
       on conflict (account) do update set profile = excluded.profile`,
      seller,
      JSON.stringify(profileOf(profile)),
    ),
  SalePaid: ({ args, time }, rows) => {
    rows.insert('data_sales', {
      id: Number(args.id),
      asset: Number(args.asset),
      version: Number(args.version),
      buyer: args.buyer,
      seller: args.seller,
      price: String(args.price),
      key_x: args.keyX,
      key_v: Number(args.keyV),
      state: 'paid',
      until: Number(args.until),
      bought_time: time,
    })
    rows.trail('data_sales', Number(args.id))
  },
  SaleDelivered: ({ args }, rows) =>
    change(rows, 'data_sales', args.id, {
      state: 'delivered',
      point_x: args.pointX,
      point_v: Number(args.pointV),
      wrapped: args.wrapped,
      until: Number(args.until),
    }),
  SaleClosed: ({ args, time }, rows) =>
    change(rows, 'data_sales', args.id, {
      state: stateOf(saleStates, args.state),
      paid: String(args.paid),
      royalty: String(args.royalty),
      wrong_key: args.wrongKey ? 1 : 0,
      until: null,
      closed_time: time,
    }),
  SaleRated: ({ args: { id, stars } }, rows) => change(rows, 'data_sales', id, { stars: Number(stars) }),
  RequestOpened: ({ args: { id, account, bounty, brief } }, rows) => {
    rows.insert('data_requests', { id: Number(id), account, bounty: String(bounty), brief, state: 'open' })
    rows.trail('data_requests', Number(id))
  },
  RequestAnswered: ({ args }, rows) => {
    const [id, asset] = [Number(args.id), Number(args.asset)]
    rows.run(
      `update data_requests set answers = json_insert(answers, '$[#]', ?)
       where id = ? and not exists (select 1 from json_each(answers) where value = ?)`,
      asset,
      id,
      asset,
    )
    rows.trail('data_requests', id)
  },
  RequestClosed: ({ args: { id, state, sale } }, rows) =>
    change(rows, 'data_requests', id, { state: stateOf(requestStates, state), sale: Number(sale) || null }),
  // Who may move an asset besides its owner concerns no table: what is moved says so itself.
  Approval: 'ignored',
  ApprovalForAll: 'ignored',
}
