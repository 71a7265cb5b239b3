/** Forward only; what was released is never changed. */
export const memoryMigrations: readonly string[] = [
  `create table sources (
     id integer primary key autoincrement, name text not null, file text not null, format text, date_order text,
     label text not null,
     state text not null default 'reading', created integer not null, items integer not null default 0,
     known integer not null default 0, skipped text not null default '{}'
   );
   create table items (
     number integer primary key autoincrement, key blob not null unique,
     source integer not null references sources (id),
     id text not null, ts real, author text, session text, text text not null, length integer not null default 0,
     indexed integer not null default 0
   );
   create table repeats (item integer not null references items (number) on delete cascade,
     source integer not null references sources (id), primary key (item, source)) without rowid;
   create index repeats_source on repeats (source);
   create index items_session on items (source, session, number);
   create index items_time on items (ts);
   create index items_id on items (id);
   create index items_waiting on items (source, session, number) where indexed = 0;
   create table facts (id integer primary key autoincrement, text text not null, state text not null, "from" real,
     "to" real);
   create table fact_items (fact integer not null references facts (id) on delete cascade,
     item integer not null references items (number) on delete cascade, primary key (fact, item)) without rowid;
   create index fact_items_item on fact_items (item);
   create table fact_changes (id integer primary key autoincrement, before text not null);
   create table participants (author text primary key, me integer not null default 0);
   create table vectors (number integer primary key references items (number) on delete cascade, vector blob not null);
   create virtual table words using fts5 (turn, around, about, content = '', contentless_delete = 1,
     tokenize = "unicode61 remove_diacritics 0");
   create virtual table word_counts using fts5vocab ('words', 'col');`,
  `create table revision (number integer not null);
   insert into revision values (0);
   create table avatars (
     id integer primary key autoincrement, name text not null, picture text, rules text not null default '',
     greeting text not null default '', model text, remembers integer not null default 1
   );
   create table chats (id integer primary key autoincrement,
     avatar integer not null references avatars (id) on delete cascade, title text not null, created integer not null,
     updated integer not null, head integer);
   create index chats_avatar on chats (avatar);
   create table chat_messages (
     id integer primary key autoincrement, chat integer not null references chats (id) on delete cascade,
     parent integer references chat_messages (id) on delete cascade,
     role text not null, text text not null, created integer not null, state text not null, problem text,
     notes text not null default '[]', facts text
   );
   create index chat_messages_chat on chat_messages (chat, parent);`,
  `create table styles (
     id integer primary key autoincrement, name text not null, created integer not null, model text not null,
     base text not null, hash text not null, adapter blob not null, figures text not null
   );
   alter table avatars add column style integer references styles (id) on delete set null;
   alter table avatars add column style_scale real not null default 1;`,
  `create table embedder (model text not null);
   create table embeddings (id integer primary key autoincrement,
     number integer not null unique references items (number) on delete cascade, vector blob not null);
   create table topics (id integer primary key, words text not null, items integer not null, "from" real, "to" real);
   create table topic_items (item integer primary key references items (number) on delete cascade,
     topic integer not null references topics (id) on delete cascade, likeness real not null);
   create index topic_items_topic on topic_items (topic, likeness);
   create table months (month text primary key, items integer not null, words text not null) without rowid;
   create table sorted (revision integer not null);
   create table biography (text text not null, outdated integer not null);`,
  `-- The index cut words at their marks; it is made anew, and what was in it waits for that (-1).
   drop table word_counts;
   drop table words;
   create virtual table words using fts5 (turn, around, about, content = '', contentless_delete = 1,
     tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* Co'");
   create virtual table word_counts using fts5vocab ('words', 'col');
   create index items_outdated on items (source, session, number) where indexed = -1;
   update items set indexed = -1 where indexed = 1;
   update revision set number = number + 1;`,
  `-- The lexicon is another one: what messages mean by it is made anew.
   update items set indexed = -1 where indexed = 1;
   update revision set number = number + 1;`,
]
