"""Values of each type that rows can have in binary, and what the server prints of them."""

import harness

SETTINGS = ("SET intervalstyle = postgres; SET extra_float_digits = 3; SET datestyle = ISO; "
            "SET bytea_output = hex; SET search_path = '';")

# Values of each type that are hard to print; whatever takes a cast from text is given as text.
VALUES = {
    "boolean": ["true", "false"],
    "smallint": ["0", "-32768", "32767"],
    "integer": ["-2147483648", "2147483647"],
    "bigint": ["-9223372036854775808", "9223372036854775807", "10"],
    "oid": ["0", "4294967295"],
    "xid": ["3", "4294967295"],
    "xid8": ["3", "18446744073709551615"],
    "real": ["0", "-0", "NaN", "Infinity", "-Infinity", "1e-45", "1.1754944e-38", "3.4028235e38", "999999", "1e6", "123456.7",
             "0.0001", "0.00001", "16777216", "33554436", "8.5e9", "5.368709e8", "1e10", "1e11"],
    "double precision": ["0", "-0", "NaN", "Infinity", "-Infinity", "5e-324", "2.2250738585072014e-308",
                         "1.7976931348623157e308", "999999999999999", "1e15", "0.0001", "0.00001", "0.1", "1e22", "1e23", "1e24",
                         "9007199254740993", "9007199254740992", "5e15", "1.2345678901234567e19", "9.5367431640625e-07"],
    "numeric": ["0", "0.000", "-0.1", "NaN", "1e1000", "-1e-1000", "12345678.00010000", "10000", "9999.9999", "100000000",
                "0.00000000000000000001", "1" + "0" * 130000, "0." + "0" * 16000 + "1"],
    "numeric(20,4)": ["1.5", "-9999999999999999.9999"],
    "text": ["", "\\", "\\N", "\\.", "a\tb\nc\rd", "\b\f\v\x01\x7f", "ünïcödé €", "x" * 100 + "\\" + "y" * 20, "NULL"],
    "character varying(40)": ["short", "exactly", " blanks "],
    "character(5)": ["a", "ab   ", "", "ü"],
    "name": ["a name", "x" * 63],
    "json": ['{"a" :  [1,\n 2, null]}', '"\\\\ \\u00e9"'],
    "jsonb": ['{"b": 1, "a": "line\\nbreak", "c": [1.50, 1e3, "\\\\"]}', "null", '"\\""'],
    "bytea": ["", "\\x00ff5c0a", "\\x" + "ab" * 1000],
    "uuid": ["00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
    "date": ["infinity", "-infinity", "4713-01-01 BC", "0001-12-31 BC", "0001-01-01", "1582-10-15", "1900-02-28", "1900-03-01",
             "2000-02-29", "2024-02-29", "9999-12-31", "10000-01-01", "5874897-12-31"],
    "time": ["00:00:00", "24:00:00", "23:59:59.999999", "12:00:00.1"],
    "time(3)": ["01:02:03.456"],
    "timetz": ["00:00:00+00", "24:00:00-15:59", "12:34:56.5+05:30", "01:02:03-03:15:20", "04:05:06+15:59:59"],
    "timestamp": ["infinity", "-infinity", "4713-01-01 00:00:00 BC", "0001-12-31 23:59:59.999999 BC", "1999-12-31 23:59:59.999999",
                  "2000-01-01", "294276-12-31 23:59:59.999999", "2024-06-30 12:00:00.000001"],
    "timestamptz": ["infinity", "-infinity", "4713-01-02 00:00:00+00 BC", "1883-11-18 12:03:58-05", "2024-03-31 01:59:59.5+01",
                    "2024-03-31 03:00:00+02", "2024-10-27 02:30:00+02", "2024-10-27 02:30:00+01", "294276-12-31 23:59:59.999999+00"],
    "interval": ["0", "1 year 2 mons -3 days 04:05:06.7", "-1 year +2 mons", "-1 day +00:00:01", "1 mon -1 sec", "-0.000001 sec",
                 "1 day", "-13 mons", "00:00:00.5", "100:00:00"],
    "inet": ["10.0.0.1", "10.1.2.3/8", "0.0.0.0/0", "255.255.255.255", "::", "::1", "::/0", "2001:db8::1", "2001:db8:0:1::/64", "1:0:0:2::3",
             "::ffff:1.2.3.4", "::1.2.3.4", "::ffff:1.2.3.4/96", "1::", "0:1::", "1:2:3:4:5:6:7:0", "0:0:0:0:0:0:1:0", "fe80::1/10"],
    "cidr": ["10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "2001:db8::/32", "::1/128", "::ffff:1.2.3.0/120"],
    "macaddr": ["08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff"],
    "macaddr8": ["08:00:2b:01:02:03:04:05"],
    "bit(7)": ["1010101", "0000000"],
    "bit varying": ["", "1", "10101010", "101010101"],
    "int4range": ["empty", "[1,5)", "(,)", "[,3)", "[4,)"],
    "int8range": ["[-9223372036854775808,1)"],
    "numrange": ["[1.50,2.5]", "(1e-20,)", "[NaN,NaN]"],
    "daterange": ["[2000-01-01,infinity)", "[0044-03-15 BC,2000-01-01)"],
    "tsrange": ["[2000-01-01,2000-01-02]", "(-infinity,)"],
    "tstzrange": ["[2024-03-31 01:59:59+01,2024-10-27 02:30:00+02)", "(,2000-01-01]"],
    "integer[]": ["{}", "{1,NULL,3}", "{{1,2},{3,4}}", "[0:1]={5,6}", "[-1:0][2:3]={{1,2},{3,4}}"],
    "text[]": ['{"",NULL,"NULL",null,"nUlL"}', '{"a,b","{c}","\\"","\\\\"," d","e\tf","g\nh"}', "{ünï,plain}"],
    "bytea[]": ['{"\\\\x00ff","\\\\x"}'],
    "timestamp[]": ['{"2000-01-01 00:00:00",infinity}'],
    "numeric[]": ["{1.50,NaN,-0.0}"],
    "jsonb[]": ['{"{\\"a\\": 1}","null"}'],
    "boolean[]": ["{t,f}"],
    "inet[]": ["{10.0.0.1,::1}"],
    "numrange[]": ['{"[1,2)",empty,"(,)"}'],
    "character(3)[]": ['{a,"b  "}'],
    "double precision[]": ["{1e23,0.1,-Infinity}"],
    "short_text": ["in a domain"],
    "few": ["{1,2}"],
    "mood": ["sad", "so so \\ happy"],
}
SINCE_14 = {
    "numeric": ["Infinity", "-Infinity"],
    "int4multirange": ["{}", "{[1,3),[5,)}"],
    "nummultirange": ["{(1.5,2.5],(,0)}"],
    "datemultirange": ["{[2000-01-01,2000-01-03)}"],
    "tsmultirange": ["{[2000-01-01,2000-01-02)}"],
    "tstzmultirange": ["{[2000-01-01 00:00+02,)}"],
}
SINCE_15 = {"interval": ["178956970 years 7 mons 2147483647 days 2562047788:00:54.775806"]}
SINCE_17 = {"interval": ["infinity", "-infinity"], "interval[]": ["{infinity,1 day}"]}

# By bit patterns: those that are no numbers are left out of the doubles.
RANDOM = """
CREATE TABLE random_numbers AS SELECT i AS id, s.f8, s.f8::text::numeric AS n, (s.f8::numeric / 7)::numeric(40, 8) AS scaled
FROM generate_series(1, 3000) i, LATERAL (SELECT ((random() - 0.5) * power(10::float8, (random() * 40 - 15)::integer))::float8 AS f8) s;
CREATE TABLE random_reals AS SELECT (random() * power(10::float8, (random() * 30 - 12)::integer))::real AS f4 FROM generate_series(1, 3000);
CREATE TABLE powers AS SELECT i, power(2::float8, i) AS f8, power(2::float8, i) * 3 AS third, CASE WHEN i BETWEEN -120 AND 120 THEN power(2::float8, i)::real END AS f4
FROM generate_series(-1000, 1000) i;
CREATE TABLE random_times AS SELECT date '2000-01-01' + (random() * 4000000 - 700000)::integer AS d,
  timestamp '2000-01-01' + (random() * 9e9 - 6e10) * interval '1 second' AS t, timestamptz '2000-01-01' + random() * 9e8 * interval '1 second' AS tz,
  make_interval((random() * 20 - 10)::integer, (random() * 20 - 10)::integer, 0, (random() * 60 - 30)::integer, 0, 0, random() * 200000 - 100000) AS i
FROM generate_series(1, 3000);
"""


def tables_of(archive):
    """The manifest's tables by name."""
    return {f"{table['schema']}.{table['name']}": table for table in harness.manifest(archive)["tables"]}


def literal(text):
    return "'" + text.replace("'", "''") + "'"


class Case(harness.Case):
    def types(self):
        """A table of each type by name, with a NULL in each."""
        version = int(self.server.query("SHOW server_version_num", "postgres"))
        values = {type: list(all) for type, all in VALUES.items()}
        for since, more in ((140000, SINCE_14), (150000, SINCE_15), (170000, SINCE_17)):
            for type, some in more.items() if version >= since else ():
                values.setdefault(type, []).extend(some)
        sql = ["SET timezone = 'Europe/Berlin'", "CREATE DOMAIN short_text AS varchar(40)", "CREATE DOMAIN few AS integer[] CHECK (cardinality(VALUE) < 5)",
               "CREATE TYPE mood AS ENUM ('sad', 'so so \\ happy')", "CREATE TYPE pair AS (a integer, b integer)"]
        for number, (type, some) in enumerate(values.items()):
            rows = ", ".join(f"({literal(value)}::{type})" for value in some)
            sql.append(f"CREATE TABLE type_{number} (v {type}); INSERT INTO type_{number} VALUES {rows}, (NULL)")
        return list(values), ";\n".join(sql) + ";\n" + RANDOM

    def lines_of_the_server(self, database, table, zone="UTC"):
        """Of a table, or of a query in brackets."""
        what = table if table.startswith("(") else f"public.{table}"
        return sorted(self.server.psql(database, "-q", "-c", SETTINGS, "-c", f"SET timezone = '{zone}'", "-c", f"COPY {what} TO STDOUT").stdout.split("\n"))

    def rows(self, archive, table):
        """The rows that `cat` prints, sorted as lines_of_the_server are."""
        text = self.ok("cat", archive, table, "--rows", "sql").raw.decode()
        blocks = [block.rsplit("\\.\n", 1)[0] for block in text.split(" FROM stdin;\n")[1:]]
        return sorted("".join(blocks).split("\n"))
