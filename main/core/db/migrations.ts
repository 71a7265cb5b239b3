/** Numbered by position, append only. Amounts are decimal text: they do not fit SQLite's integers. */
export const migrations: readonly string[] = [
  `
  create table meta (key text primary key, value text not null) strict;

  -- What the chain says; written by the indexer alone, and derivable from the chain at any time.
  create table blocks (number integer primary key, hash text not null, parent text not null, time integer not null, transactions integer not null) strict;
  create table chain_transactions (
    hash text primary key, block integer not null, position integer not null, sender text not null, recipient text,
    input text not null, value text not null, status integer not null, gas_used text not null, fee text not null, created text
  ) strict;
  create index chain_transactions_block on chain_transactions (block, position);
  create index chain_transactions_sender on chain_transactions (sender, block);
  create index chain_transactions_recipient on chain_transactions (recipient, block);
  create table chain_events (
    block integer not null, log_index integer not null, transaction_hash text not null, contract text not null, name text not null, args text not null,
    primary key (block, log_index)
  ) strict;
  create index chain_events_transaction on chain_events (transaction_hash);
  create table event_accounts (account text not null, block integer not null, log_index integer not null, primary key (account, block, log_index)) strict, without rowid;

  -- Projections of chain_events.
  create table machines (id integer primary key, owner text not null, state text not null, spec text not null, peer text not null, addresses text, done integer not null default 0, failed integer not null default 0) strict;
  create table offers (id integer primary key, machine integer not null, owner text not null, price text not null, max_seconds integer not null, state text not null) strict;
  create table orders (
    id integer primary key, offer integer not null, machine integer not null, buyer text not null, provider text not null, price text not null,
    start integer not null, end integer not null, work text not null, state text not null, served integer not null default 0,
    paid text not null default '0', refunded text not null default '0', placed_tx text not null, closed_tx text, closed_time integer
  ) strict;
  create index orders_buyer on orders (buyer);
  create index orders_provider on orders (provider);
  create table ledger_balances (account text primary key, free text not null) strict;
  create table ledger_buckets (module text not null, id text not null, amount text not null, primary key (module, id)) strict, without rowid;

  -- Our own transactions, from the moment a person confirmed them.
  create table transactions (
    id text primary key, account text not null, chain_id integer not null, action text not null, state text not null, nonce integer,
    attempts text not null default '[]', max_fee text not null, gas_used text, fee text, block integer, hash text, error text,
    created integer not null, updated integer not null
  ) strict;
  create index transactions_state on transactions (state);

  create table jobs (
    id text primary key, kind text not null, order_id integer, state text not null, reason text, payload text not null,
    created integer not null, updated integer not null
  ) strict;
  create unique index jobs_order on jobs (kind, order_id) where order_id is not null;
  create table job_log (job text not null references jobs (id), seq integer not null, time integer not null, message text not null, primary key (job, seq)) strict, without rowid;

  create table benchmarks (id integer primary key autoincrement, time integer not null, result text not null) strict;
  `,
  `
  create table training_runs (id text primary key, state text not null, created integer not null, wish text not null, facts text not null) strict;
  create table training_bases (path text primary key, info text not null) strict;
  `,
  `
  -- Projections of the Training contract's events.
  create table training_jobs (
    id integer primary key, customer text not null, machine integer not null, provider text, work text not null, price text not null, milestones integer not null,
    duration integer not null, state text not null, done integer not null default 0, deadline integer, root text, checkpoints integer not null default 0,
    beacon_block integer, beacon text, segment integer, refunded text not null default '0', transactions text not null
  ) strict;
  create index training_jobs_customer on training_jobs (customer);
  create index training_jobs_machine on training_jobs (machine);
  -- Work that was offered to machines; a job on the chain names it by its hash.
  create table training_drafts (work text primary key, run text not null, draft text not null) strict;
  create table training_adapters (path text primary key, info text not null) strict;
  create table tables (id text primary key, name text not null, created integer not null, facts text not null) strict;
  create table training_jurors (job integer not null, juror text not null, guilty integer, primary key (job, juror)) strict, without rowid;
  `,
  `
  -- What paid work drew, by hour: watts are sampled once a second and kept every ten. Cost in billionths of the owner's currency.
  create table energy (
    work text not null, id integer not null, hour integer not null, seconds real not null, joules real not null, cost text not null, measured integer not null,
    primary key (work, id, hour)
  ) strict, without rowid;
  `,
  `
  -- Projections of the DataMarket contract's events.
  create table data_assets (
    id integer primary key, owner text not null, creator text not null, parent integer, royalty integer not null, state text not null, price text not null,
    version integer not null, transactions text not null default '[]'
  ) strict;
  create index data_assets_owner on data_assets (owner);
  create table data_versions (
    asset integer not null, version integer not null, content text not null, metadata text not null, key_commit text not null, salt text not null, rows text not null,
    count integer not null, lot_block integer, lot text, preview text, time integer not null, primary key (asset, version)
  ) strict, without rowid;
  create table data_reports (asset integer not null, account text not null, primary key (asset, account)) strict, without rowid;
  create table data_sellers (account text primary key, profile text not null) strict;
  create table data_sales (
    id integer primary key, asset integer not null, version integer not null, buyer text not null, seller text not null, price text not null, key_x text not null,
    key_v integer not null, point_x text, point_v integer, wrapped text, state text not null, until integer, paid text not null default '0', royalty text not null default '0',
    wrong_key integer not null default 0, stars integer, bought_time integer not null, closed_time integer, transactions text not null default '[]'
  ) strict;
  create index data_sales_buyer on data_sales (buyer);
  create index data_sales_seller on data_sales (seller);
  create index data_sales_asset on data_sales (asset);
  create table data_requests (
    id integer primary key, account text not null, bounty text not null, brief text not null, state text not null, answers text not null default '[]', sale integer,
    transactions text not null default '[]'
  ) strict;
  -- Datasets that are curated here, and what was sealed of them for the market.
  create table datasets (id text primary key, created integer not null, facts text not null) strict;
  create table data_releases (id text primary key, dataset text, created integer not null, facts text not null) strict;
  `,
  `
  -- Learning of styles; what was learnt lies with the memory.
  create table style_jobs (id text primary key, state text not null, created integer not null, facts text not null) strict;
  `,
  `
  -- Pictures and recordings that are curated here.
  create table collections (id text primary key, created integer not null, facts text not null) strict;
  `,
  `
  -- What is being brought in at present, to be begun again where the app is ended in its middle.
  create table data_imports (id text primary key, kind text not null, wish text not null, tries integer not null) strict;
  `,
  `
  -- One word for each thing: a job has a subject, work that is asked for is a request, preview rows are drawn.
  alter table jobs rename column order_id to subject_id;
  alter table training_runs rename column wish to request;
  alter table data_versions rename column lot_block to draw_block;
  alter table data_versions rename column lot to draw;
  `,
  `
  -- Long work that the job runner drives stands in the same table; it has a name, and may have a parent.
  alter table jobs add column name text;
  alter table jobs add column parent text;
  alter table jobs add column progress text;
  alter table jobs add column attempts integer not null default 0;
  create index jobs_parent on jobs (parent) where parent is not null;
  insert into jobs (id, kind, name, state, payload, created, updated, attempts)
    select id, kind || '-import', json_extract(wish, '$.name'), 'running', wish, unixepoch() * 1000, unixepoch() * 1000, tries
    from data_imports;
  drop table data_imports;
  `,
]
