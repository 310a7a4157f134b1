package corpus_test

var viewChanges = []change{
	{id: "view", what: "a view is added", base: shop, to: "CREATE VIEW v AS SELECT id, name FROM p WHERE n > 0"},
	{id: "matview", what: "a materialized view with an index is added", base: shop, to: "CREATE MATERIALIZED VIEW m AS SELECT id, name FROM p; CREATE UNIQUE INDEX i ON m (id)"},
	{id: "matview_nodata", what: "a materialized view WITH NO DATA", base: shop, to: "CREATE MATERIALIZED VIEW m AS SELECT id, name FROM p WITH NO DATA"},
	{id: "view_chain", what: "a view under two others loses a column", base: shop, from: "CREATE VIEW v AS SELECT id, name FROM p; CREATE VIEW w AS SELECT id FROM v; CREATE VIEW x AS SELECT id FROM w", to: "CREATE VIEW v AS SELECT id FROM p; CREATE VIEW w AS SELECT id FROM v; CREATE VIEW x AS SELECT id FROM w"},
	{id: "view_trigger_kept", what: "a view with a trigger, a rule, a default and comments is made again", base: shop + stamp, from: "CREATE VIEW v AS SELECT id, n FROM p; ALTER VIEW v ALTER n SET DEFAULT 3; COMMENT ON VIEW v IS 'x'; CREATE TRIGGER g INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION stamp(); CREATE RULE r AS ON DELETE TO v DO INSTEAD NOTHING",
		to: "ALTER TABLE p ALTER n TYPE bigint; CREATE VIEW v AS SELECT id, n FROM p; ALTER VIEW v ALTER n SET DEFAULT 3; COMMENT ON VIEW v IS 'x'; CREATE TRIGGER g INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION stamp(); CREATE RULE r AS ON DELETE TO v DO INSTEAD NOTHING"},
	{id: "view_security_invoker", what: "security_invoker", base: shop, from: "CREATE VIEW v AS SELECT id FROM p", to: "CREATE VIEW v WITH (security_invoker) AS SELECT id FROM p", since: 15},
}

var routineChanges = []change{
	{id: "func", what: "a function is added", base: shop, to: "CREATE FUNCTION f(a integer, b text DEFAULT 'x') RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN b || a; END $$"},
	{id: "func_atomic", what: "a body in SQL of the standard", base: shop, from: "CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM p; END", to: "CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM p WHERE n > 0; END", since: 14},
	{id: "func_atomic_column", what: "the type of a column that such a body uses", base: shop, from: "CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT sum(n) FROM p; END", to: "ALTER TABLE p ALTER n TYPE smallint; CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT sum(n) FROM p; END", since: 14},
	{id: "func_trigger_users", what: "the result of a function that a trigger runs", base: shop, from: "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER g BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION g()", to: "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER g BEFORE INSERT ON p FOR EACH ROW EXECUTE FUNCTION g()"},
	{id: "func_policy_users", what: "the parameters of a function that a policy calls", base: shop, from: "CREATE FUNCTION g(a bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true'; CREATE POLICY o ON p USING (g(id))", to: "CREATE FUNCTION g(a bigint, b integer DEFAULT 1) RETURNS boolean LANGUAGE sql AS 'SELECT true'; CREATE POLICY o ON p USING (g(id))"},
	{id: "proc", what: "a procedure is added", base: shop, to: "CREATE PROCEDURE f(INOUT a integer) LANGUAGE plpgsql AS $$ BEGIN a := a + 1; END $$"},
	{id: "func_table", what: "a function that returns a table gets another column", from: "CREATE FUNCTION f() RETURNS TABLE (a integer) LANGUAGE sql AS 'SELECT 1'", to: "CREATE FUNCTION f() RETURNS TABLE (a integer, b integer) LANGUAGE sql AS 'SELECT 1, 2'"},
	{id: "func_setof", what: "a function returns the rows of a table that gets a column", base: "SELECT 1", from: "CREATE TABLE t (a integer); CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'", to: "CREATE TABLE t (a integer, b integer); CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'"},
}

var triggerChanges = []change{
	{id: "trigger", what: "a trigger is added", base: shop + stamp, to: "CREATE TRIGGER g BEFORE UPDATE OF name ON p FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION stamp()"},
	{id: "trigger_transition", what: "a trigger with transition tables", base: shop + stamp, from: "CREATE TRIGGER g AFTER UPDATE ON p REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION stamp()", to: "CREATE TRIGGER g AFTER UPDATE ON p REFERENCING OLD TABLE AS old_ones NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION stamp()"},
	{id: "trigger_args", what: "the arguments of a trigger", base: shop + stamp, from: "CREATE TRIGGER g BEFORE UPDATE ON p FOR EACH ROW EXECUTE FUNCTION stamp('a')", to: "CREATE TRIGGER g BEFORE UPDATE ON p FOR EACH ROW EXECUTE FUNCTION stamp('a', 'it''s')"},
	{id: "stats", what: "extended statistics are added", base: shop, to: "CREATE STATISTICS s (dependencies) ON name, n FROM p"},
	{id: "stats_expr", what: "statistics over an expression", base: shop, to: "CREATE STATISTICS s ON (n + 1) FROM p", since: 14},
}

var securityChanges = []change{
	{id: "rls", what: "row-level security with a policy", base: shop, to: "ALTER TABLE p ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON p USING (name = current_user)"},
	{id: "policy_roles", what: "the roles of a policy", base: shop, from: "CREATE POLICY own ON p USING (true)", to: "CREATE POLICY own ON p TO pg_monitor, pg_read_all_stats USING (true)"},
	{id: "replica_identity", what: "the replica identity", base: shop, to: "ALTER TABLE p REPLICA IDENTITY FULL"},
}
