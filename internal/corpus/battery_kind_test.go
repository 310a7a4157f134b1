package corpus_test

// What happens to types under what is of them or looks into them.

const compositeOfThree = "CREATE TYPE ct AS (a integer, b text, d integer); CREATE TABLE t (x ct); INSERT INTO t VALUES (ROW(1, 'x', 5)); "

var attributeChanges = []change{
	{id: "composite_attr_drop_index", what: "an attribute goes that an index and a check of a column look into", from: compositeOfThree + "CREATE INDEX i ON t (((x).d)); ALTER TABLE t ADD CONSTRAINT k CHECK ((x).d > 0)", to: "CREATE TYPE ct AS (a integer, b text); CREATE TABLE t (x ct)"},
	{id: "composite_attr_drop_index_other", what: "an attribute goes that an index looks into, which then looks into another", from: compositeOfThree + "CREATE INDEX i ON t (((x).d)); CREATE INDEX j ON t (((x).a)); ALTER TABLE t ADD CONSTRAINT k CHECK ((x).d > 0)", to: "CREATE TYPE ct AS (a integer, b text); CREATE TABLE t (x ct); CREATE INDEX i ON t (((x).a)) WHERE (x).b > ''; CREATE INDEX j ON t (((x).a)); ALTER TABLE t ADD CONSTRAINT k CHECK ((x).a > 0)"},
	{id: "composite_attr_drop_generated", what: "an attribute goes that a generated column looks into, which then looks into another", from: compositeOfThree + "ALTER TABLE t ADD g integer GENERATED ALWAYS AS ((x).d) STORED", to: "CREATE TYPE ct AS (a integer, b text); CREATE TABLE t (x ct, g integer GENERATED ALWAYS AS ((x).a) STORED)"},
	{id: "composite_attr_drop_default", what: "an attribute goes that a default looks into", from: compositeOfThree + "ALTER TABLE t ADD n integer DEFAULT ((ROW(1, 'x', 5)::ct).d)", to: "CREATE TYPE ct AS (a integer, b text); CREATE TABLE t (x ct, n integer DEFAULT 5)"},
	{id: "composite_attr_type_check", what: "the type of an attribute that a check and an index look into", otherWay: true, from: "CREATE TYPE ct AS (a integer); CREATE TABLE t (n integer, CONSTRAINT k CHECK ((NULL::ct).a IS NULL)); CREATE INDEX i ON t (n) WHERE (NULL::ct).a IS NULL; INSERT INTO t VALUES (5)", to: "CREATE TYPE ct AS (a bigint); CREATE TABLE t (n integer, CONSTRAINT k CHECK ((NULL::ct).a IS NULL)); CREATE INDEX i ON t (n) WHERE (NULL::ct).a IS NULL"},
	{id: "composite_typed_table", what: "a composite type of which there is a typed table gets an attribute", from: "CREATE TYPE ct AS (a integer, b text); CREATE TABLE t OF ct", to: "CREATE TYPE ct AS (a integer, b text, z integer); CREATE TABLE t OF ct",
		refused: "composite type public.ct cannot be changed: typed table public.t is made of it, which gen does not manage, and the server changes both only together"},
}

var kindChanges = []change{
	{id: "kind_enum_domain", what: "an enum becomes a domain that a column has", otherWay: true, from: "CREATE TYPE s AS ENUM ('a', 'b'); CREATE TABLE t (x s DEFAULT 'a'); INSERT INTO t VALUES ('b')", to: "CREATE DOMAIN s AS text CHECK (VALUE IN ('a', 'b')); CREATE TABLE t (x s DEFAULT 'a')",
		refused: "enum public.s cannot become a domain: column t.x is in the way: it holds values of that type"},
	{id: "kind_enum_domain_free", what: "an enum becomes a domain that no column has", otherWay: true, from: "CREATE TYPE s AS ENUM ('a', 'b')", to: "CREATE DOMAIN s AS text CHECK (VALUE IN ('a', 'b'))"},
	{id: "kind_domain_composite", what: "a domain becomes a composite type that a column has", otherWay: true, from: "CREATE DOMAIN s AS integer; CREATE TABLE t (x s); INSERT INTO t VALUES (5)", to: "CREATE TYPE s AS (a integer); CREATE TABLE t (x s)",
		refused: "domain public.s cannot be dropped: column t.x is in the way: it holds values of that type"},
	{id: "kind_domain_composite_free", what: "a domain becomes a composite type that no column has", otherWay: true, from: "CREATE DOMAIN s AS integer", to: "CREATE TYPE s AS (a integer)"},
	{id: "kind_enum_composite", what: "an enum becomes a composite type that a column has", otherWay: true, from: "CREATE TYPE s AS ENUM ('a'); CREATE TABLE t (x s); INSERT INTO t VALUES ('a')", to: "CREATE TYPE s AS (a integer); CREATE TABLE t (x s)",
		refused: "enum public.s cannot become a composite type: column t.x is in the way: it holds values of that type"},
	{id: "kind_enum_range", what: "an enum becomes a range type that a column has", otherWay: true, from: "CREATE TYPE s AS ENUM ('a'); CREATE TABLE t (x s); INSERT INTO t VALUES ('a')", to: "CREATE TYPE s AS RANGE (SUBTYPE = integer); CREATE TABLE t (x s)",
		refused: "enum public.s cannot become a range type: column t.x is in the way: it holds values of that type"},
	{id: "kind_enum_domain_cast", what: "an enum becomes a domain to which a check, an index and a default cast", otherWay: true, from: "CREATE TYPE s AS ENUM ('a', 'b'); CREATE TABLE t (x text DEFAULT ('a'::s)::text, CONSTRAINT k CHECK (x::s IS NOT NULL)); CREATE INDEX i ON t (x) WHERE 'a'::s IS NOT NULL; INSERT INTO t VALUES ('b')", to: "CREATE DOMAIN s AS text CHECK (VALUE IN ('a', 'b')); CREATE TABLE t (x text DEFAULT ('a'::s)::text, CONSTRAINT k CHECK (x::s IS NOT NULL)); CREATE INDEX i ON t (x) WHERE 'a'::s IS NOT NULL"},
	{id: "kind_enum_view", what: "an enum becomes a view", otherWay: true, from: "CREATE TYPE s AS ENUM ('a'); CREATE TABLE t (x s)", to: "CREATE TABLE t (x text); CREATE VIEW s AS SELECT x FROM t"},
	{id: "kind_swap", what: "two columns swap their enums", otherWay: true, from: "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TYPE f AS ENUM ('b'); CREATE TABLE t (x e, y f); INSERT INTO t VALUES ('b', 'b')", to: "CREATE TYPE e AS ENUM ('b'); CREATE TYPE f AS ENUM ('b', 'a'); CREATE TABLE t (x f, y e)"},
	{id: "kind_swap_same", what: "two columns swap their enums, which stay", otherWay: true, base: "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TYPE f AS ENUM ('b')", from: "CREATE TABLE t (x e, y f); INSERT INTO t VALUES ('b', 'b')", to: "CREATE TABLE t (x f, y e)"},
	{id: "enum_add_partitioned", what: "an enum by which a table is partitioned gets a value", from: "CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (x e) PARTITION BY LIST (x); CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a'); INSERT INTO t VALUES ('a')", to: "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (x e) PARTITION BY LIST (x); CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a')",
		noWayBack: "enum public.e cannot be made anew with other values: column t.x is in the way: the table is partitioned by it"},
	{id: "enum_add_within", what: "an enum gets a value that columns hold within composite values", from: "CREATE TYPE e AS ENUM ('a'); CREATE TYPE c AS (x e); CREATE TABLE t (x c); INSERT INTO t VALUES (ROW('a'))", to: "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TYPE c AS (x e); CREATE TABLE t (x c)",
		noWayBack: "composite type public.c cannot be changed: it would be dropped and made again, and column t.x is in the way: it holds values of that type"},
	{id: "enum_add_partition", what: "an enum gets a value, and the table a partition for it", from: "CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (x e) PARTITION BY LIST (x); CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a'); INSERT INTO t VALUES ('a')", to: "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (x e) PARTITION BY LIST (x); CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a'); CREATE TABLE t2 PARTITION OF t FOR VALUES IN ('b')",
		noWayBack: "enum public.e cannot be made anew with other values: column t.x is in the way: the table is partitioned by it"},
}

const atomicOver = "; CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql BEGIN ATOMIC SELECT * FROM t; END; CREATE VIEW v AS SELECT * FROM g(); CREATE FUNCTION h() RETURNS v LANGUAGE sql AS 'SELECT * FROM v'"

var rowsChanges = []change{
	{id: "column_added_atomic", what: "a column comes under a function of rows of the table, a view of that, and a function of that", since: 14, from: "CREATE TABLE t (a integer)" + atomicOver, to: "CREATE TABLE t (a integer, b integer)" + atomicOver},
	{id: "column_rows_text", what: "columns come, go and get other types under a function of its rows whose body is a text", otherWay: true, from: "CREATE TABLE t (a integer, b text); INSERT INTO t VALUES (1, 'x'); CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'SELECT a, b FROM t'; CREATE VIEW v AS SELECT a FROM g()", to: "CREATE TABLE t (a bigint, c date); CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'SELECT a, c FROM t'; CREATE VIEW v AS SELECT a FROM g()"},
}

var domainOverChanges = []change{
	{id: "domain_base_over_check", what: "the type of a domain with a check under a domain that a column has", otherWay: true, from: "CREATE DOMAIN d1 AS integer CHECK (VALUE > 0); CREATE DOMAIN d2 AS d1; CREATE TABLE t (n d2); INSERT INTO t VALUES (5)", to: "CREATE DOMAIN d1 AS bigint CHECK (VALUE > 0); CREATE DOMAIN d2 AS d1; CREATE TABLE t (n d2)"},
	{id: "domain_base_over_change", what: "the type of a domain under a domain with another check, which a column has", otherWay: true, from: "CREATE DOMAIN d1 AS integer; CREATE DOMAIN d2 AS d1 CONSTRAINT k CHECK (VALUE > 0); CREATE TABLE t (n d2); INSERT INTO t VALUES (5)", to: "CREATE DOMAIN d1 AS bigint; CREATE DOMAIN d2 AS d1 CONSTRAINT k CHECK (VALUE > 1); CREATE TABLE t (n d2)"},
	{id: "domain_base_over_more", what: "the type of a domain under one under one that a column has, which gets a default and is NOT NULL no more", otherWay: true, from: "CREATE DOMAIN d1 AS integer; CREATE DOMAIN d2 AS d1; CREATE DOMAIN d3 AS d2 NOT NULL; CREATE TABLE t (n d3, ns d3[]); INSERT INTO t VALUES (5, '{6}')", to: "CREATE DOMAIN d1 AS bigint; CREATE DOMAIN d2 AS d1; CREATE DOMAIN d3 AS d2 DEFAULT 7; CREATE TABLE t (n d3, ns d3[])"},
}

var cloneChanges = []change{
	{id: "trigger_clone_state", what: "a trigger of a partitioned table fires always, which does so as replica on a partition", base: stamp, from: "CREATE TABLE t (a integer) PARTITION BY RANGE (a); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (1); CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp(); ALTER TABLE t1 ENABLE REPLICA TRIGGER tr", to: "CREATE TABLE t (a integer) PARTITION BY RANGE (a); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (1); CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp(); ALTER TABLE t ENABLE ALWAYS TRIGGER tr; ALTER TABLE t1 ENABLE REPLICA TRIGGER tr"},
	{id: "trigger_clone_disabled", what: "a trigger of a partitioned table changes that is disabled on a partition", base: stamp, otherWay: true, from: "CREATE TABLE t (a integer) PARTITION BY RANGE (a); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (1); CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp(); ALTER TABLE t1 DISABLE TRIGGER tr", to: "CREATE TABLE t (a integer) PARTITION BY RANGE (a); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (1); CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW WHEN (NEW.a > 0) EXECUTE FUNCTION stamp(); ALTER TABLE t1 DISABLE TRIGGER tr"},
}

var inheritOwnChanges = []change{
	{id: "inherit_own_column_kept", what: "a table comes to inherit that goes on to declare the columns itself", otherWay: true, from: "CREATE TABLE a (x integer); CREATE TABLE b (x integer, y integer); INSERT INTO b VALUES (1, 2)", to: "CREATE TABLE a (x integer); CREATE TABLE b (x integer, y integer) INHERITS (a)"},
}
