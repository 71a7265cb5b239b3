/**
 * Numbered by position, append only. Amounts are decimal text: they do not fit SQLite's integers. A feature's new
 * tables are its own (`owned-tables.ts`).
 */
export const migrations: readonly string[] = [
  `
  create table meta (key text primary key, value text not null) strict;

  -- What the chain says; written by the indexer alone, and derivable from the chain at any time.
  create table blocks (number integer primary key, hash text not null, parent text not null, time integer not null,
    transactions integer not null) strict;
  create table chain_transactions (
    hash text primary key, block integer not null, position integer not null, sender text not null, recipient text,
    input text not null, value text not null, status integer not null, gas_used text not null, fee text not null,
      created text
  ) strict;
  create index chain_transactions_block on chain_transactions (block, position);
  create index chain_transactions_sender on chain_transactions (sender, block);
  create index chain_transactions_recipient on chain_transactions (recipient, block);
  create table chain_events (
    block integer not null, log_index integer not null, transaction_hash text not null, contract text not null,
      name text not null, args text not null,
    primary key (block, log_index)
  ) strict;
  create index chain_events_transaction on chain_events (transaction_hash);
  create table event_accounts (account text not null, block integer not null, log_index integer not null,
    primary key (account, block, log_index)) strict, without rowid;

  -- Our own transactions, from the moment a person confirmed them.
  create table transactions (
    id text primary key, account text not null, chain_id integer not null, action text not null, state text not null,
      nonce integer,
    attempts text not null default '[]', max_fee text not null, gas_used text, fee text, block integer, hash text,
      error text,
    created integer not null, updated integer not null
  ) strict;
  create index transactions_state on transactions (state);

  create table jobs (
    id text primary key, kind text not null, order_id integer, state text not null, reason text, payload text not null,
    created integer not null, updated integer not null
  ) strict;
  create unique index jobs_order on jobs (kind, order_id) where order_id is not null;
  create table job_log (job text not null references jobs (id), seq integer not null, time integer not null,
    message text not null, primary key (job, seq)) strict, without rowid;

  create table benchmarks (id integer primary key autoincrement, time integer not null, result text not null) strict;
  `,
  `
  create table training_runs (id text primary key, state text not null, created integer not null, wish text not null,
    facts text not null) strict;
  create table training_bases (path text primary key, info text not null) strict;
  `,
  `
  -- Work that was offered to machines; a job on the chain names it by its hash.
  create table training_drafts (work text primary key, run text not null, draft text not null) strict;
  create table training_adapters (path text primary key, info text not null) strict;
  create table tables (id text primary key, name text not null, created integer not null, facts text not null) strict;
  `,
  `
  -- What paid work drew, by hour: watts are sampled once a second and kept every ten. Cost in billionths of the
  -- owner's currency.
  create table energy (
    work text not null, id integer not null, hour integer not null, seconds real not null, joules real not null,
      cost text not null, measured integer not null,
    primary key (work, id, hour)
  ) strict, without rowid;
  `,
  `
  -- Datasets that are curated here, and what was sealed of them for the market.
  create table datasets (id text primary key, created integer not null, facts text not null) strict;
  create table data_releases (id text primary key, dataset text, created integer not null, facts text not null) strict;
  `,
  `
  -- Learning of styles; what was learnt lies with the memory.
  create table style_jobs (id text primary key, state text not null, created integer not null,
    facts text not null) strict;
  `,
  `
  -- Pictures and recordings that are curated here.
  create table collections (id text primary key, created integer not null, facts text not null) strict;
  `,
  `
  -- What is being brought in at present, to be begun again where the app is ended in its middle.
  create table data_imports (id text primary key, kind text not null, wish text not null,
    tries integer not null) strict;
  `,
  `
  -- One word for each thing: a job has a subject, work that is asked for is a request, preview rows are drawn.
  alter table jobs rename column order_id to subject_id;
  alter table training_runs rename column wish to request;
  `,
  `
  -- Contracts keep tables of their own (common/chain/contracts); what these had is applied again from chain_events.
  drop table if exists machines;
  drop table if exists offers;
  drop table if exists orders;
  drop table if exists ledger_balances;
  drop table if exists ledger_buckets;
  drop table if exists training_jobs;
  drop table if exists training_jurors;
  drop table if exists data_assets;
  drop table if exists data_versions;
  drop table if exists data_reports;
  drop table if exists data_sellers;
  drop table if exists data_sales;
  drop table if exists data_requests;
  create table schema_versions (module text primary key, version integer not null) strict;
  `,
  `
  -- Long work that the job runner drives stands in the same table; it has a name, and may have a parent.
  alter table jobs add column name text;
  alter table jobs add column parent text;
  alter table jobs add column progress text;
  alter table jobs add column attempts integer not null default 0;
  create index jobs_parent on jobs (parent) where parent is not null;
  insert into jobs (id, kind, name, state, payload, created, updated, attempts)
    select id, kind || '-import', json_extract(wish, '$.name'), 'running', wish, unixepoch() * 1000,
      unixepoch() * 1000, tries
    from data_imports;
  drop table data_imports;
  `,
  `
  -- Releases of HSEG1 commit to rows, which no contract takes any more: they are sealed again before they are sold.
  update data_releases set facts = json_remove(json_set(facts, '$.version.segments', null), '$.version.rows');
  -- What was sent stays as it was read, under the field's new name.
  update transactions set action = json_remove(
    json_set(action, '$.version.segments', json_extract(action, '$.version.rows')), '$.version.rows')
    where json_extract(action, '$.kind') = 'publishData';
  `,
  `
  -- A deposit and what it is made for are agreed to at once; the second knows the first.
  alter table transactions add column preceded_by text;
  `,
  `
  -- Logs and reasons of jobs are codes with what they name; what was written before stays as it is.
  alter table job_log rename column message to line;
  update job_log set line =
    json_object('saying', json_object('code', 'written', 'args', json_object('text', line)));
  update jobs set reason = json_object('code', 'written', 'args', json_object('text', reason))
    where reason is not null;
  `,
  `
  -- Those that are over are many after a while, and are not looked through for those that are not.
  create index jobs_kind on jobs (kind, state);
  -- What was said of one thing is a few of very many.
  create index chain_events_thing on chain_events (contract, name, json_extract(args, '$.id'));
  `,
]
