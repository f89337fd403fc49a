-- A store as emotape 0.1 made it at schema version 2, before posts could lie in segments: its tables, and rows
-- in each.

create table fact_asks (
    source varchar not null,
    kind varchar not null,
    ticker varchar not null,
    asked_on date not null
);

create table first_trades (
    ticker varchar not null,
    first_trade date not null,
    known_on date not null
);

create table loads (
    load_id bigint not null,
    kind varchar not null,
    file varchar not null,
    source varchar,
    loaded_at timestamp not null,
    rows_new bigint not null,
    rows_updated bigint not null,
    rows_unchanged bigint not null,
    rows_quarantined bigint not null
);

create table missing_prices (
    ticker varchar not null,
    session date not null,
    n_asked bigint not null
);

create table post_scores (
    tagger varchar not null,
    tagger_version varchar not null,
    source varchar not null,
    post_id varchar not null,
    body_hash ubigint not null,
    emotion varchar not null,
    neutral float not null,
    happy float not null,
    sad float not null,
    anger float not null,
    disgust float not null,
    surprise float not null,
    fear float not null,
    valence float not null,
    confidence float not null
);

create table post_traits (
    source varchar not null,
    post_id varchar not null,
    body_hash ubigint not null,
    is_reshare boolean,
    version varchar not null,
    kind varchar not null,
    originality varchar not null,
    english boolean
);

create table quarantine (
    kind varchar not null,
    file varchar not null,
    line bigint not null,
    position bigint not null,
    reason varchar not null,
    raw varchar,
    load_id bigint not null
);

create table raw_factors (
    date date not null,
    mkt_rf double not null,
    smb double not null,
    hml double not null,
    rf double not null,
    load_id bigint not null
);

create table raw_ipos (
    ticker varchar not null,
    first_trade date not null,
    offer_price double,
    proceeds double,
    founded integer,
    venture boolean,
    industry varchar,
    name varchar,
    load_id bigint not null
);

create table raw_ownership (
    ticker varchar not null,
    described_on date not null,
    known_on date not null,
    known_after bigint,
    inst_own double not null,
    load_id bigint not null
);

create table raw_posts (
    source varchar not null,
    post_id varchar not null,
    created_at timestamp,
    created_on date,
    body varchar not null,
    symbols varchar[] not null,
    sentiment varchar,
    likes bigint,
    reshares bigint,
    is_reshare boolean,
    user_id varchar,
    user_name varchar,
    followers bigint,
    client varchar,
    thread_id varchar,
    reply_to varchar,
    raw varchar,
    raw_hash ubigint not null,
    body_hash ubigint not null,
    load_id bigint not null
);

create table raw_prices (
    ticker varchar not null,
    date date not null,
    open double not null,
    high double not null,
    low double not null,
    close double not null,
    adj_close double not null,
    volume double,
    split_ratio double,
    load_id bigint not null
);

create table raw_shares (
    ticker varchar not null,
    described_on date not null,
    known_on date not null,
    known_after bigint,
    shares_outstanding double not null,
    load_id bigint not null
);

create table raw_short_interest (
    ticker varchar not null,
    settled_on date not null,
    known_on date not null,
    known_after bigint,
    shares_short double not null,
    float_shares double,
    shares_outstanding double,
    load_id bigint not null
);

create table raw_vix (
    date date not null,
    close double not null,
    load_id bigint not null
);

create table schema_version (
    version integer not null
);

create table stream_gaps (
    source varchar not null,
    ticker varchar not null,
    floor_at timestamp not null,
    floor_id varchar,
    ceiling_at timestamp not null,
    cursor varchar,
    n_tries bigint not null,
    reachable boolean not null
);

create table stream_marks (
    source varchar not null,
    ticker varchar not null,
    begin_at timestamp not null,
    older varchar,
    checked_at timestamp not null,
    newest_id varchar,
    newest_at timestamp
);

insert into loads values
    (1, 'posts', 'a.jsonl', 'stocktwits', '2016-11-22 09:00:00', 2, 0, 0, 1),
    (2, 'prices', 'b.csv', null, '2016-11-22 09:01:00', 2, 0, 0, 0);

insert into post_scores values
    ('linear', 'v1', 'stocktwits', '1', 18446744073709551615, 'happy', 0.1, 0.6, 0.05, 0.05, 0.05, 0.1, 0.05, 0.4, 0.6),
    ('linear', 'v1', 'stocktwits', '2', 0, 'fear', 0.1, 0.05, 0.05, 0.05, 0.05, 0.1, 0.6, -0.7, 0.6);

insert into post_traits values
    ('stocktwits', '1', 18446744073709551615, null, 'r1', 'finance', 'original', true),
    ('stocktwits', '2', 0, false, 'r1', 'chat', 'passing_on', null);

insert into quarantine values ('posts', 'a.jsonl', 3, 0, 'no id', '{"body": "x"}', 1);

insert into raw_factors values ('2016-11-21', 0.0075, -0.001, 0.002, 0.00001, 3);

insert into raw_ipos values ('QZRA', '2016-10-03', 17.5, 1e8, 2009, null, 'software', 'Qzra', 4);

insert into raw_ownership values ('QZRA', '2016-09-30', '2016-11-14', 45, 0.61, 5);

insert into raw_posts values
    ('stocktwits', '1', '2016-11-21 15:00:00', null, 'to the moon 🚀', ['QZRA', 'QZRB'], 'Bullish', null, 3, null, '7',
     'someone', 12, 'web', null, null, '{"id": 1, "body": "to the moon 🚀"}', 17, 18446744073709551615, 1),
    ('stocktwits', '2', null, '2016-11-21', 'scared', [], null, 0, null, false, null, null, null, null, '1', '1',
     null, 18, 0, 1);

insert into raw_prices values
    ('QZRA', '2016-11-21', 100, 102, 99, 101, 50.5, 1000, null, 2),
    ('QZRA', '2016-11-22', 101, 103, 100, 102, 51, null, 2, 2);

insert into raw_shares values ('QZRA', '2016-09-30', '2016-11-04', null, 1e7, 6);

insert into raw_short_interest values ('QZRA', '2016-10-31', '2016-11-09', null, 2e5, null, 1e7, 7);

insert into raw_vix values ('2016-11-21', 12.42, 8);

insert into fact_asks values ('yahoo', 'facts', 'QZRA', '2016-11-21');

insert into first_trades values ('QZRA', '2016-10-03', '2016-11-21');

insert into missing_prices values ('QZRA', '2016-11-23', 2);

insert into schema_version values (2);

insert into stream_gaps values
    ('stocktwits', 'QZRA', '2016-11-20 09:00:00', '1', '2016-11-20 18:00:00', null, 1, true);

insert into stream_marks values
    ('stocktwits', 'QZRA', '2016-11-01 00:00:00', null, '2016-11-22 09:00:00', '1', '2016-11-21 15:00:00');
