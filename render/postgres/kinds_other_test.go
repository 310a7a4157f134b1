package postgres_test

// otherKinds is section 1.7.
func otherKinds() []kind {
	const s = "1.7"
	seq := "CREATE SEQUENCE q;\n"
	view := tRows + "CREATE VIEW w AS SELECT id FROM t;\n"
	matview := tRows + "CREATE MATERIALIZED VIEW m AS SELECT id FROM t; CREATE UNIQUE INDEX m_id ON m (id);\n"
	f := tRows + "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\n"
	trigger := f + "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();\n"
	rule := tRows + "CREATE RULE ru AS ON INSERT TO t DO ALSO NOTHING;\n"
	policy := tRows + "CREATE POLICY pol ON t USING (a > 0);\n"
	return []kind{
		{section: s, name: "sequence created", base: tRows, to: "CREATE SEQUENCE q"},
		{section: s, name: "sequence altered", base: seq, to: "ALTER SEQUENCE q INCREMENT 2"},
		{section: s, name: "sequence gets another type", base: seq, to: "ALTER SEQUENCE q AS int"},
		{section: s, name: "sequence restarted", base: seq, written: "ALTER SEQUENCE q RESTART"},
		{section: s, name: "sequence owned", base: tRows + seq, to: "ALTER SEQUENCE q OWNED BY t.a"},
		{section: s, name: "sequence renamed", base: seq, written: "ALTER SEQUENCE q RENAME TO z"},
		{section: s, name: "sequence set", base: seq, written: "SELECT setval('q', 5)"},
		{section: s, name: "sequence dropped", base: seq, to: "DROP SEQUENCE q"},

		{section: s, name: "view created", base: tRows, to: "CREATE VIEW w AS SELECT id FROM t"},
		{section: s, name: "view replaced", base: view, to: "CREATE OR REPLACE VIEW w AS SELECT id, a FROM t"},
		{section: s, name: "view dropped", base: view, to: "DROP VIEW w"},
		{section: s, name: "view renamed", base: view, written: "ALTER VIEW w RENAME TO x"},
		{section: s, name: "view gets an option", base: view, to: "ALTER VIEW w SET (security_barrier = true)"},
		{section: s, name: "materialized view created", base: tRows, to: "CREATE MATERIALIZED VIEW m AS SELECT id FROM t", query: true},
		{section: s, name: "materialized view dropped", base: matview, to: "DROP MATERIALIZED VIEW m"},
		{section: s, name: "materialized view refreshed", base: matview, written: "REFRESH MATERIALIZED VIEW m"},
		{section: s, name: "materialized view refreshed concurrently", base: matview, written: "REFRESH MATERIALIZED VIEW CONCURRENTLY m"},

		{section: s, name: "trigger created", base: f, to: "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"},
		{section: s, name: "trigger replaced", base: trigger, written: "CREATE OR REPLACE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", since: 14},
		{section: s, name: "trigger altered", base: trigger, to: "DROP TRIGGER tr ON t; CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()"},
		{section: s, name: "trigger dropped", base: trigger, to: "DROP TRIGGER tr ON t"},
		{section: s, name: "trigger renamed", base: trigger, written: "ALTER TRIGGER tr ON t RENAME TO tr2"},
		{section: s, name: "trigger disabled", base: trigger, to: "ALTER TABLE t DISABLE TRIGGER tr"},
		{section: s, name: "trigger of a constraint, from another table", base: f + uRefs, written: "CREATE CONSTRAINT TRIGGER c AFTER INSERT ON u FROM t FOR EACH ROW EXECUTE FUNCTION f()"},
		{section: s, name: "rule created", base: tRows, to: "CREATE RULE ru AS ON INSERT TO t DO ALSO NOTHING"},
		{section: s, name: "rule dropped", base: rule, to: "DROP RULE ru ON t"},
		{section: s, name: "policy created", base: tRows, to: "CREATE POLICY pol ON t USING (a > 0)"},
		{section: s, name: "policy altered", base: policy, to: "ALTER POLICY pol ON t USING (a > 1)"},
		{section: s, name: "policy dropped", base: policy, to: "DROP POLICY pol ON t"},
		{section: s, name: "policy renamed", base: policy, written: "ALTER POLICY pol ON t RENAME TO pol2"},

		{section: s, name: "function created", base: tRows, to: "CREATE FUNCTION g(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1'"},
		{section: s, name: "function replaced that an index uses", base: tRows + "CREATE FUNCTION g(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1'; CREATE INDEX i ON t (g(a));", to: "CREATE OR REPLACE FUNCTION g(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 1'"},
		{section: s, name: "function dropped", base: "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';", to: "DROP FUNCTION g()"},
		{section: s, name: "statistics created", base: tRows, to: "CREATE STATISTICS st ON a, n FROM t"},
		{section: s, name: "statistics dropped", base: tRows + "CREATE STATISTICS st ON a, n FROM t;", to: "DROP STATISTICS st"},
		{section: s, name: "publication gets a table", base: tRows + uRefs + "CREATE PUBLICATION kind_pub1 FOR TABLE u;", written: "ALTER PUBLICATION kind_pub1 ADD TABLE t"},
		{section: s, name: "publication loses a table", base: tRows + uRefs + "CREATE PUBLICATION kind_pub2 FOR TABLE t, u;", written: "ALTER PUBLICATION kind_pub2 DROP TABLE t"},
		{section: s, name: "schema created", base: tRows, written: "CREATE SCHEMA kind_other"},
		{section: s, name: "schema renamed", base: tRows + "CREATE SCHEMA kind_before;", written: "ALTER SCHEMA kind_before RENAME TO kind_after"},
		{section: s, name: "default privileges", base: tRows, written: "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor"},
	}
}

// aloneKinds is section 1.8: what the server refuses in a transaction.
func aloneKinds() []kind {
	const s = "1.8"
	index := tRows + "CREATE INDEX i ON t (a);"
	return []kind{
		{section: s, name: "create an index concurrently", base: tRows, written: "CREATE INDEX CONCURRENTLY i ON t (a)"},
		{section: s, name: "reindex concurrently", base: index, written: "REINDEX TABLE CONCURRENTLY t"},
		{section: s, name: "detach concurrently", base: parted, written: "ALTER TABLE p DETACH PARTITION p2 CONCURRENTLY", since: 14},
		{section: s, name: "vacuum full", base: tRows, written: "VACUUM FULL t"},
	}
}
