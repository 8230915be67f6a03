-- Deterministic data for the benchmark: one schema-less database per workload, chosen with -v workload=…;
-- -v rows=N scales it. Values come from md5() of the row number, so that every run has the same bytes.
\set ON_ERROR_STOP on
\if :{?orders}
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id integer NOT NULL, placed timestamptz NOT NULL, total numeric(12,2) NOT NULL,
                     quantity smallint NOT NULL, status text NOT NULL, comment text);
INSERT INTO orders
SELECT g, (g * 7919) % 100000, timestamptz '2024-01-01 00:00Z' + g * interval '37 seconds', ((g * 104729) % 1000000) / 100.0,
       g % 9 + 1, (ARRAY['new', 'paid', 'sent', 'returned'])[g % 4 + 1],
       'order ' || g || ' of customer ' || (g * 7919) % 100000 || ': ' || left(md5(g::text), (g % 20)::int)
FROM generate_series(1, :rows::bigint) g;
\endif
\if :{?events}
CREATE TABLE events (id uuid PRIMARY KEY, at timestamptz NOT NULL, kind text NOT NULL, payload jsonb NOT NULL, tags text[] NOT NULL, seen integer[]);
INSERT INTO events
SELECT md5(g::text)::uuid, timestamptz '2024-01-01 00:00Z' + g * interval '11 seconds', 'kind' || g % 17,
       jsonb_build_object('user', g % 5000, 'path', '/page/' || g % 300, 'ms', g % 911, 'ok', g % 3 = 0, 'agent', left(md5((g % 50)::text), 12)),
       ARRAY['t' || g % 7, 't' || g % 11], ARRAY[g % 13, g % 17, g % 19]
FROM generate_series(1, :rows::bigint) g;
\endif
\if :{?blobs}
CREATE TABLE blobs (id integer PRIMARY KEY, content bytea NOT NULL);
ALTER TABLE blobs ALTER content SET STORAGE EXTERNAL;
INSERT INTO blobs
SELECT g, decode((SELECT string_agg(md5(g || ':' || i), '') FROM generate_series(1, 65536 * (1 + g % 4)) i), 'hex') FROM generate_series(1, :rows / 20000) g;
\endif
\if :{?many}
SELECT format('CREATE TABLE t%s (id integer PRIMARY KEY, name text NOT NULL DEFAULT %L, at date); INSERT INTO t%s SELECT i, md5(i::text), date ''2024-01-01'' + i FROM generate_series(1, 20) i',
              g, 'n', g)
FROM generate_series(1, :rows / 1000) g \gexec
\endif
VACUUM ANALYZE;
