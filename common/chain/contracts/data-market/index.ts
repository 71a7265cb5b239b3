import { defineContract } from '../../contract-module.ts'
import { abi } from './abi.gen.ts'
import { actions } from './actions.ts'
import { events } from './events.ts'

/** Sealed data: assets and their versions, sales, and requests with a bounty. */
export const dataMarket = defineContract({
  name: 'dataMarket',
  artefact: 'DataMarket',
  abi,
  actions,
  events,
  tables: ['data_assets', 'data_versions', 'data_reports', 'data_sellers', 'data_sales', 'data_requests'],
  migrations: [
    `
    create table data_assets (
      id integer primary key, owner text not null, creator text not null, parent integer, royalty integer not null,
      state text not null, price text not null, version integer not null, transactions text not null default '[]'
    ) strict;
    create index data_assets_owner on data_assets (owner);
    create table data_versions (
      asset integer not null, version integer not null, content text not null, metadata text not null,
      key_commit text not null, salt text not null, rows text not null, count integer not null, draw_block integer,
      draw text, preview text, time integer not null, primary key (asset, version)
    ) strict, without rowid;
    create table data_reports (
      asset integer not null, account text not null, primary key (asset, account)
    ) strict, without rowid;
    create table data_sellers (account text primary key, profile text not null) strict;
    create table data_sales (
      id integer primary key, asset integer not null, version integer not null, buyer text not null,
      seller text not null, price text not null, key_x text not null, key_v integer not null, point_x text,
      point_v integer, wrapped text, state text not null, until integer, paid text not null default '0',
      royalty text not null default '0', wrong_key integer not null default 0, stars integer,
      bought_time integer not null, closed_time integer, transactions text not null default '[]'
    ) strict;
    create index data_sales_buyer on data_sales (buyer);
    create index data_sales_seller on data_sales (seller);
    create index data_sales_asset on data_sales (asset);
    create table data_requests (
      id integer primary key, account text not null, bounty text not null, brief text not null, state text not null,
      answers text not null default '[]', sale integer, transactions text not null default '[]'
    ) strict;
    `,
    // The tree is over the segments' keys now. Events that are kept of former contracts call its root as they did.
    `
    alter table data_versions rename column rows to segments;
    update chain_events
      set args = json_remove(json_set(args, '$.segments', json_extract(args, '$.rows')), '$.rows')
      where contract = 'dataMarket' and name = 'VersionPublished';
    `,
  ],
  constructorArguments: ['ledger'],
  holdsCoins: true,
  buckets: { plain: 'sale', bit255: 'request', bit254: 'lot' },
  clock: { begin: ['SalePaid'], end: ['SaleClosed'], draw: ['VersionPublished'] },
  gas: { complain: 70_000, complainSegment: 120_000, deliver: 60_000, finalise: 60_000 },
  mutants: { sources: ['DataAssets.sol', 'DataMarket.sol'], tests: ['DataMarket.t.sol', 'DataSegments.t.sol'] },
})
