-- Deterministic data for the benchmark: -v WORKLOAD=1 chooses one, -v rows=N scales it. Values come from md5() and
-- arithmetic of the row number, so that every run has the same bytes.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
\if :{?orders}
-- Numbers, dates and a comment.
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id integer NOT NULL, placed timestamptz NOT NULL, total numeric(12,2) NOT NULL,
                     quantity smallint NOT NULL, status text NOT NULL, comment text);
INSERT INTO orders
SELECT g, (g * 7919) % 100000, timestamptz '2024-01-01 00:00Z' + g * interval '37 seconds', ((g * 104729) % 1000000) / 100.0,
       g % 9 + 1, (ARRAY['new', 'paid', 'sent', 'returned'])[g % 4 + 1],
       'order ' || g || ' of customer ' || (g * 7919) % 100000 || ': ' || left(md5(g::text), (g % 20)::int)
FROM generate_series(1, :rows::bigint) g;
\endif
\if :{?events}
-- uuid, timestamptz, jsonb, arrays.
CREATE TABLE events (id uuid PRIMARY KEY, at timestamptz NOT NULL, kind text NOT NULL, payload jsonb NOT NULL, tags text[] NOT NULL, seen integer[]);
INSERT INTO events
SELECT md5(g::text)::uuid, timestamptz '2024-01-01 00:00Z' + g * interval '11 seconds', 'kind' || g % 17,
       jsonb_build_object('user', g % 5000, 'path', '/page/' || g % 300, 'ms', g % 911, 'ok', g % 3 = 0, 'agent', left(md5((g % 50)::text), 12)),
       ARRAY['t' || g % 7, 't' || g % 11], ARRAY[g % 13, g % 17, g % 19]
FROM generate_series(1, :rows::bigint) g;
\endif
\if :{?narrow}
-- Two integers a row: what counts is the cost of a row.
CREATE TABLE narrow (a integer NOT NULL, b integer NOT NULL);
INSERT INTO narrow SELECT g, (g * 7919) % 1000003 FROM generate_series(1, :rows::bigint) g;
\endif
\if :{?skew}
-- One table has nine tenths of the rows, four indexes and two foreign keys.
CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE products (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE sales (id bigint PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers, product_id integer NOT NULL REFERENCES products,
                    sold timestamptz NOT NULL, price numeric(10,2) NOT NULL, note text);
INSERT INTO customers SELECT g, md5(g::text) FROM generate_series(0, 99999) g;
INSERT INTO products SELECT g, md5('p' || g) FROM generate_series(0, 9999) g;
INSERT INTO sales SELECT g, (g * 7919) % 100000, (g * 31) % 10000, timestamptz '2023-01-01 00:00Z' + g * interval '41 seconds',
       ((g * 104729) % 100000) / 100.0, 'sale ' || g || ' ' || left(md5(g::text), (g % 30)::int)
FROM generate_series(1, :rows::bigint) g;
CREATE INDEX ON sales (customer_id);
CREATE INDEX ON sales (product_id, sold);
CREATE INDEX ON sales (sold);
SELECT format('CREATE TABLE side%s AS SELECT g AS id, md5(g::text) AS name FROM generate_series(1, %s) g', i, :rows / 100) FROM generate_series(1, 9) i \gexec
\endif
\if :{?blobs}
-- Few rows of 1 to 8 MB that do not compress.
CREATE TABLE blobs (id integer PRIMARY KEY, content bytea NOT NULL);
ALTER TABLE blobs ALTER content SET STORAGE EXTERNAL;
INSERT INTO blobs
SELECT g, decode((SELECT string_agg(md5(g || ':' || i), '') FROM generate_series(1, 65536 * (1 + g % 8)) i), 'hex') FROM generate_series(1, :rows) g;
\endif
\if :{?app}
-- Twenty tables as an application has them, with keys between them.
SELECT format('CREATE TABLE entity%s (id bigint PRIMARY KEY, owner_id bigint, name text NOT NULL, active boolean NOT NULL, score double precision, created timestamptz NOT NULL, settings jsonb)', i)
FROM generate_series(1, 20) i \gexec
SELECT format($$INSERT INTO entity%1$s SELECT g, g %% 1000 + 1, 'name ' || md5(g::text), g %% 7 <> 0, g / 7.0, timestamptz '2024-01-01 00:00Z' + g * interval '61 seconds',
       CASE WHEN g %% 3 = 0 THEN jsonb_build_object('theme', g %% 5, 'lang', 'de') END FROM generate_series(1, %2$s) g$$, i, :rows / 10 / (1 + i % 4))
FROM generate_series(1, 20) i \gexec
SELECT format('CREATE INDEX ON entity%1$s (owner_id)', i) FROM generate_series(1, 20) i \gexec
SELECT format('ALTER TABLE entity%1$s ADD FOREIGN KEY (owner_id) REFERENCES entity%2$s', i, i - 1) FROM generate_series(2, 20) i \gexec
\endif
\if :{?many}
-- Thousands of small tables in twenty schemas.
SELECT format('CREATE SCHEMA s%s', i) FROM generate_series(0, 19) i \gexec
SELECT format('CREATE TABLE s%1$s.t%2$s (id integer PRIMARY KEY, name text NOT NULL DEFAULT %3$L, at date); INSERT INTO s%1$s.t%2$s SELECT i, md5(i::text), date ''2024-01-01'' + i FROM generate_series(1, 20) i',
              g % 20, g, 'n')
FROM generate_series(1, :rows) g \gexec
\endif
VACUUM ANALYZE;
CHECKPOINT;
