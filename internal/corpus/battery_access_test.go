package corpus_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

const (
	table  = "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, n serial, a text, b text);\n"
	view   = "CREATE VIEW v AS SELECT 1 AS x, 2 AS y;\n"
	addTwo = "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';\n"
)

// split is a partitioned table with a partition that is partitioned itself.
const split = "CREATE TABLE p (k integer, a text, b text) PARTITION BY LIST (k);\n" +
	"CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);\nCREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (a);\nCREATE TABLE p2x PARTITION OF p2 FOR VALUES IN ('x');\n"

// grantChanges are those of owners and privileges.
var grantChanges = []change{
	{id: "grants", what: "table: one privilege", base: table, to: "GRANT SELECT ON t TO gen_ann"},
	{id: "grant_table_several_privileges", what: "table: several privileges", base: table, from: "GRANT SELECT ON t TO gen_ann", to: "GRANT SELECT, INSERT, UPDATE, DELETE ON t TO gen_ann"},
	{id: "grant_table_all_privileges", what: "table: all privileges", base: table, to: "GRANT ALL ON t TO gen_ann"},
	{id: "grant_table_everybody", what: "table: everybody", base: table, to: "GRANT SELECT ON t TO PUBLIC"},
	{id: "grant_table_from_one_to_another", what: "table: from one to another", base: table, from: "GRANT SELECT ON t TO gen_ann", to: "GRANT SELECT ON t TO gen_bob"},
	{id: "grant_table_grant_option", what: "table: grant option", base: table, from: "GRANT SELECT ON t TO gen_ann", to: "GRANT SELECT ON t TO gen_ann WITH GRANT OPTION"},
	{id: "grant_table_passed_on", what: "table: passed on", base: table, from: "GRANT SELECT ON t TO gen_ann WITH GRANT OPTION", to: "GRANT SELECT ON t TO gen_ann WITH GRANT OPTION; SET ROLE gen_ann; GRANT SELECT ON t TO gen_bob; RESET ROLE"},
	{id: "grant_table_passed_on_and_on", what: "table: passed on, and on", base: table, to: "GRANT SELECT ON t TO gen_bob WITH GRANT OPTION; SET ROLE gen_bob; GRANT SELECT ON t TO gen_ann WITH GRANT OPTION; SET ROLE gen_ann; GRANT SELECT ON t TO gen_cat; RESET ROLE"},
	{id: "grant_table_the_owner_s_own", what: "table: the owner's own", base: table, to: "REVOKE INSERT, DELETE ON t FROM CURRENT_USER"},
	{id: "grant_table_owner", what: "table: owner", base: table, to: "ALTER TABLE t OWNER TO gen_ann"},
	{id: "grant_table_owner_with_privileges", what: "table: owner with privileges", base: table, from: "GRANT SELECT ON t TO gen_ann, gen_bob", to: "GRANT SELECT ON t TO gen_bob; ALTER TABLE t OWNER TO gen_ann"},
	{id: "grant_table_owner_and_the_former_keeps_some", what: "table: owner, and the former keeps some", base: table, to: "ALTER TABLE t OWNER TO gen_ann; GRANT SELECT ON t TO postgres"},
	{id: "grant_table_owner_without_all_privileges", what: "table: owner without all privileges", base: table, to: "ALTER TABLE t OWNER TO gen_ann; REVOKE INSERT ON t FROM gen_ann"},
	{id: "grant_table_a_role_with_a_name_to_quote", what: "table: a role with a name to quote", base: table, to: `GRANT SELECT ON t TO "Gen Dot"`},
	{id: "grant_column_one", what: "column: one", base: table, to: "GRANT SELECT (a) ON t TO gen_ann"},
	{id: "grant_column_some_to_others", what: "column: some to others", base: table, from: "GRANT SELECT (a), UPDATE (b) ON t TO gen_ann", to: "GRANT SELECT (b), UPDATE (b) ON t TO gen_ann"},
	{id: "grant_column_in_place_of_the_table", what: "column: in place of the table", base: table, from: "GRANT SELECT ON t TO gen_ann", to: "GRANT SELECT (a, b) ON t TO gen_ann"},
	{id: "grant_column_and_the_table", what: "column: and the table", base: table, from: "GRANT SELECT, UPDATE ON t TO gen_ann; GRANT SELECT (a) ON t TO gen_ann", to: "GRANT UPDATE ON t TO gen_ann; GRANT SELECT (a) ON t TO gen_ann"},
	{id: "grant_column_grant_option", what: "column: grant option", base: table, from: "GRANT SELECT (a) ON t TO gen_ann", to: "GRANT SELECT (a) ON t TO gen_ann WITH GRANT OPTION"},
	{id: "grant_column_dropped", what: "column: dropped", from: "CREATE TABLE t (a text, b text); GRANT SELECT (a, b) ON t TO gen_ann", to: "CREATE TABLE t (a text); GRANT SELECT (a) ON t TO gen_ann"},
	{id: "grant_column_another_type", what: "column: another type", from: "CREATE TABLE t (a integer); GRANT SELECT (a) ON t TO gen_ann", to: "CREATE TABLE t (a bigint); GRANT SELECT (a) ON t TO gen_ann"},
	{id: "grant_column_plain_becomes_generated", what: "column: plain becomes generated", from: "CREATE TABLE t (a integer, b integer); GRANT SELECT (b) ON t TO gen_ann", to: "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 1) STORED); GRANT SELECT (b) ON t TO gen_ann"},
	{id: "grant_column_generated_from_another_type", what: "column: generated from another type", from: "CREATE TABLE t (a integer, b numeric GENERATED ALWAYS AS (a + 1) STORED); GRANT SELECT (a, b) ON t TO gen_ann; GRANT SELECT ON t TO gen_bob", to: "CREATE TABLE t (a bigint, b numeric GENERATED ALWAYS AS (a + 1) STORED); GRANT SELECT (a, b) ON t TO gen_ann; GRANT SELECT ON t TO gen_bob"},
	{id: "grant_column_system_column", what: "column: system column", base: table, to: "GRANT SELECT (tableoid) ON t TO gen_ann"},
	{id: "grant_partitioned_table", what: "partitioned table: privileges", base: split, from: "GRANT SELECT ON p TO gen_ann", to: "GRANT SELECT, INSERT ON p TO gen_ann WITH GRANT OPTION; GRANT UPDATE (a) ON p TO gen_bob; REVOKE DELETE ON p2 FROM CURRENT_USER"},
	{id: "grant_partition", what: "partition: privileges, other than those of its table", base: split, from: "GRANT SELECT ON p TO gen_ann; GRANT SELECT ON p1 TO gen_ann", to: "GRANT SELECT ON p TO gen_ann; GRANT SELECT (a), INSERT ON p1 TO gen_bob; GRANT SELECT ON p2x TO gen_bob"},
	{id: "grant_partitioned_table_owner", what: "partitioned table: owner", base: split, to: "ALTER TABLE p OWNER TO gen_ann; GRANT SELECT ON p TO gen_ann, gen_bob"},
	{id: "grant_partition_owner", what: "partition: owner", base: split, from: "ALTER TABLE p OWNER TO gen_ann; ALTER TABLE p1 OWNER TO gen_ann", to: "ALTER TABLE p OWNER TO gen_ann; ALTER TABLE p2 OWNER TO gen_bob; ALTER TABLE p2x OWNER TO gen_cat"},
	{id: "grant_partition_new", what: "partition: new, with privileges and an owner", base: "CREATE TABLE p (k integer, a text) PARTITION BY LIST (k); ALTER TABLE p OWNER TO gen_ann;", to: "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); GRANT SELECT ON p1 TO gen_bob; GRANT UPDATE (a) ON p1 TO gen_bob; ALTER TABLE p1 OWNER TO gen_ann"},
	{id: "grant_partition_new_under_defaults", what: "partition: new, under default privileges", base: "ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO gen_bob; ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT USAGE ON SEQUENCES TO gen_bob; CREATE TABLE p (k integer GENERATED ALWAYS AS IDENTITY, n serial) PARTITION BY LIST (n);", to: "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)"},
	{id: "grant_partitioned_table_new_with_identity", what: "partitioned table: new, with an identity and a serial column, under default privileges", base: "ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT USAGE ON SEQUENCES TO gen_bob;", to: "CREATE TABLE p (k integer GENERATED ALWAYS AS IDENTITY, n serial) PARTITION BY LIST (n); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); GRANT SELECT ON SEQUENCE p_k_seq TO gen_cat; REVOKE ALL ON SEQUENCE p_n_seq FROM gen_bob"},
	{id: "grant_partition_counts_with_its_table", what: "partition: new, counting with the sequence of its table, under default privileges and with another owner", since: 17, base: "ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT USAGE ON SEQUENCES TO gen_bob; CREATE TABLE p (k integer GENERATED ALWAYS AS IDENTITY, n serial) PARTITION BY LIST (n);", to: "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE p1 OWNER TO gen_ann; GRANT SELECT ON SEQUENCE p_k_seq TO gen_cat"},
	{id: "grant_partition_detached", what: "partition: detached, with privileges", from: split + "GRANT SELECT ON p1 TO gen_ann; ALTER TABLE p2x OWNER TO gen_bob", to: strings.Replace(split, "PARTITION OF p FOR VALUES IN (1)", "(k integer, a text, b text)", 1) + "GRANT SELECT, UPDATE (b) ON p1 TO gen_ann; ALTER TABLE p2x OWNER TO gen_bob"},
	{id: "grant_partition_column_dropped", what: "partition: a column of the table dropped that partitions grant too", from: split + "GRANT SELECT (a, b) ON p TO gen_ann; GRANT SELECT (a, b) ON p1 TO gen_ann; GRANT UPDATE (b) ON p2x TO gen_bob", to: strings.Replace(split, ", b text", "", 1) + "GRANT SELECT (a) ON p TO gen_ann; GRANT SELECT (a) ON p1 TO gen_ann"},
	{id: "grant_partition_column_generated", what: "partition: a generated column of the table changes that partitions grant", from: strings.Replace(split, "b text", "b text GENERATED ALWAYS AS (a || 'x') STORED", 1) + "GRANT SELECT (b) ON p TO gen_ann; GRANT SELECT (b) ON p1 TO gen_ann; GRANT SELECT (b) ON p2x TO gen_bob", to: strings.Replace(split, "b text", "b text GENERATED ALWAYS AS (a || 'y') STORED", 1) + "GRANT SELECT (b) ON p TO gen_ann; GRANT SELECT (b) ON p1 TO gen_ann; GRANT SELECT (b) ON p2x TO gen_bob"},
	{id: "grant_partition_column_under_generated", what: "partition: a column gets another type under a generated one that partitions grant", from: "CREATE TABLE p (k integer, a integer, g numeric GENERATED ALWAYS AS (a + 1) STORED) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); GRANT SELECT (a, g) ON p1 TO gen_ann", to: "CREATE TABLE p (k integer, a bigint, g numeric GENERATED ALWAYS AS (a + 1) STORED) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); GRANT SELECT (a, g) ON p1 TO gen_ann"},
	{id: "grant_heir_column_dropped", what: "table that inherits: a column of its parent dropped that it grants", from: "CREATE TABLE t (a text, b text); CREATE TABLE h () INHERITS (t); GRANT SELECT (a, b) ON h TO gen_ann", to: "CREATE TABLE t (a text); CREATE TABLE h () INHERITS (t); GRANT SELECT (a) ON h TO gen_ann"},
	{id: "grant_heir_column_stays", what: "table that inherits: a column of its parent dropped that is its own too, and granted", from: "CREATE TABLE t (a text, b text); CREATE TABLE h (b text) INHERITS (t); GRANT SELECT (a, b) ON h TO gen_ann", to: "CREATE TABLE t (a text); CREATE TABLE h (b text) INHERITS (t); GRANT SELECT (a, b) ON h TO gen_ann"},
	{id: "grant_sequence_usage", what: "sequence: usage", base: "CREATE SEQUENCE s;", to: "GRANT USAGE ON SEQUENCE s TO gen_ann"},
	{id: "grant_sequence_owner", what: "sequence: owner", base: "CREATE SEQUENCE s;", to: "ALTER SEQUENCE s OWNER TO gen_ann"},
	{id: "grant_sequence_of_an_identity_column", what: "sequence: of an identity column", base: table, to: "GRANT USAGE, SELECT ON SEQUENCE t_id_seq TO gen_ann"},
	{id: "grant_sequence_of_a_serial_column", what: "sequence: of a serial column", base: table, from: "GRANT USAGE ON SEQUENCE t_n_seq TO gen_ann", to: "GRANT SELECT ON SEQUENCE t_n_seq TO gen_ann"},
	{id: "grant_sequence_goes_with_the_table_to_another_owner", what: "sequence: goes with the table to another owner", base: table, from: "GRANT USAGE ON SEQUENCE t_n_seq TO gen_bob", to: "GRANT USAGE ON SEQUENCE t_n_seq TO gen_ann; ALTER TABLE t OWNER TO gen_bob"},
	{id: "grant_sequence_owned_by_a_column", what: "sequence: owned by a column", base: "CREATE TABLE o (a bigint); CREATE SEQUENCE s OWNED BY o.a;", to: "GRANT USAGE ON SEQUENCE s TO gen_ann; ALTER TABLE o OWNER TO gen_cat"},
	{id: "grant_sequence_serial_becomes_identity", what: "sequence: serial becomes identity", from: "CREATE TABLE t (a serial); GRANT USAGE ON SEQUENCE t_a_seq TO gen_ann", to: "CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY); GRANT USAGE ON SEQUENCE t_a_seq TO gen_ann"},
	{id: "grant_view_privileges", what: "view: privileges", base: view, from: "GRANT SELECT ON v TO gen_ann", to: "GRANT SELECT, INSERT ON v TO gen_ann"},
	{id: "grant_view_owner", what: "view: owner", base: view, to: "ALTER VIEW v OWNER TO gen_ann"},
	{id: "grant_view_made_again", what: "view: made again", from: "CREATE VIEW v AS SELECT 1 AS x; GRANT SELECT ON v TO gen_ann; REVOKE INSERT ON v FROM CURRENT_USER", to: "CREATE VIEW v AS SELECT 2 AS z, 1 AS x; GRANT SELECT (x) ON v TO gen_ann; ALTER VIEW v OWNER TO gen_bob"},
	{id: "grant_view_a_column_more", what: "view: a column more", from: "CREATE VIEW v AS SELECT 1 AS x", to: "CREATE VIEW v AS SELECT 1 AS x, 2 AS y; GRANT SELECT (y) ON v TO gen_ann"},
	{id: "grant_materialized_view_privileges_and_owner", what: "materialized view: privileges and owner", base: "CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;", to: "GRANT SELECT ON m TO gen_ann; ALTER MATERIALIZED VIEW m OWNER TO gen_bob"},
	{id: "grant_function_not_for_everybody", what: "function: not for everybody", base: addTwo, to: "REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC; GRANT EXECUTE ON FUNCTION f(integer) TO gen_ann"},
	{id: "grant_function_owner", what: "function: owner", base: addTwo, to: "ALTER FUNCTION f(integer) OWNER TO gen_ann"},
	{id: "grant_function_made_again", what: "function: made again", from: addTwo + "REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC", to: "CREATE FUNCTION f(integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'; REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC"},
	{id: "grant_procedure_privileges_and_owner", what: "procedure: privileges and owner", base: "CREATE PROCEDURE p(n integer) LANGUAGE sql AS 'SELECT 1';", to: "REVOKE ALL ON PROCEDURE p(integer) FROM PUBLIC; ALTER PROCEDURE p(integer) OWNER TO gen_ann"},
	{id: "grant_aggregate_privileges_and_owner", what: "aggregate: privileges and owner", base: "CREATE AGGREGATE agg(integer) (SFUNC = int4pl, STYPE = integer);", to: "REVOKE ALL ON FUNCTION agg(integer) FROM PUBLIC; ALTER AGGREGATE agg(integer) OWNER TO gen_ann"},
	{id: "grant_aggregate_with_arguments_of_both_kinds", what: "aggregate: with arguments of both kinds", base: "CREATE AGGREGATE agg(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);", to: "REVOKE ALL ON FUNCTION agg(float8, anyelement) FROM PUBLIC"},
	{id: "grant_aggregate_of_an_ordered_set", what: "aggregate: of an ordered set", base: "CREATE AGGREGATE agg(ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = mode_final, FINALFUNC_EXTRA);", to: "REVOKE ALL ON FUNCTION agg(anyelement) FROM PUBLIC; ALTER AGGREGATE agg(ORDER BY anyelement) OWNER TO gen_ann"},
	{id: "grant_domain_privileges_and_owner", what: "domain: privileges and owner", base: "CREATE DOMAIN d AS text;", to: "REVOKE ALL ON TYPE d FROM PUBLIC; GRANT USAGE ON TYPE d TO gen_ann; ALTER DOMAIN d OWNER TO gen_bob"},
	{id: "grant_enum_privileges_and_owner", what: "enum: privileges and owner", base: "CREATE TYPE e AS ENUM ('x');", to: "REVOKE ALL ON TYPE e FROM PUBLIC; ALTER TYPE e OWNER TO gen_ann"},
	{id: "grant_enum_rebuilt", what: "enum: rebuilt", from: "CREATE TYPE e AS ENUM ('x', 'y'); REVOKE ALL ON TYPE e FROM PUBLIC; ALTER TYPE e OWNER TO gen_ann", to: "CREATE TYPE e AS ENUM ('y', 'x'); REVOKE ALL ON TYPE e FROM PUBLIC; ALTER TYPE e OWNER TO gen_ann"},
	{id: "grant_composite_type_privileges_and_owner", what: "composite type: privileges and owner", base: "CREATE TYPE c AS (x integer);", to: "REVOKE ALL ON TYPE c FROM PUBLIC; ALTER TYPE c OWNER TO gen_ann"},
	{id: "grant_range_type_privileges", what: "range type: privileges", base: "CREATE TYPE r AS RANGE (SUBTYPE = integer);", to: "REVOKE ALL ON TYPE r FROM PUBLIC"},
	{id: "grant_schema_privileges", what: "schema: privileges", to: "GRANT USAGE ON SCHEMA app TO gen_ann"},
	{id: "grant_schema_owner", what: "schema: owner", to: "ALTER SCHEMA app OWNER TO gen_ann"},
	{id: "grant_schema_public", what: "schema: public", to: "REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT CREATE, USAGE ON SCHEMA public TO gen_ann"},
	{id: "grant_defaults_tables_of_a_schema", what: "defaults: tables of a schema", to: "ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann IN SCHEMA public GRANT SELECT ON TABLES TO gen_bob"},
	{id: "grant_defaults_tables_everywhere", what: "defaults: tables everywhere", from: "ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann GRANT SELECT ON TABLES TO gen_bob", to: "ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann GRANT SELECT, INSERT ON TABLES TO gen_bob WITH GRANT OPTION"},
	{id: "grant_defaults_functions_not_for_everybody", what: "defaults: functions not for everybody", to: "ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"},
	{id: "grant_defaults_sequences_types_and_schemas", what: "defaults: sequences, types and schemas", to: "ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann IN SCHEMA public GRANT USAGE ON SEQUENCES TO gen_bob; ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann GRANT USAGE ON SCHEMAS TO gen_bob; ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann REVOKE USAGE ON TYPES FROM PUBLIC"},
	{id: "grant_defaults_and_a_new_table", what: "defaults: and a new table", to: "ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT ON TABLES TO gen_bob; " + table},
	{id: "grant_defaults_under_which_a_new_table_has_more", what: "defaults: under which a new table has more", from: "ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO gen_bob", to: "ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO gen_bob; " + table + "GRANT SELECT ON t TO gen_ann; REVOKE ALL ON t FROM gen_bob"},
	{id: "grant_defaults_gone_with_what_they_gave", what: "defaults: gone with what they gave", from: "ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO gen_bob; " + table},
	{id: "grant_table_new_with_everything", what: "table: new, with everything", to: table + "GRANT SELECT ON t TO gen_ann; GRANT UPDATE (a) ON t TO gen_bob; GRANT USAGE ON SEQUENCE t_n_seq TO gen_bob; ALTER TABLE t OWNER TO gen_cat"},
	{id: "grant_function_new_not_for_everybody", what: "function: new, not for everybody", to: addTwo + "REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC"},
}

// roles are there on every server that such cases run on.
const roles = `DO $$ DECLARE r text; BEGIN
 FOREACH r IN ARRAY ARRAY['gen_ann', 'gen_bob', 'gen_cat', 'Gen Dot'] LOOP
  BEGIN EXECUTE format('CREATE ROLE %I', r); EXCEPTION WHEN duplicate_object OR unique_violation THEN END;
 END LOOP; END $$;
CREATE SCHEMA app;
`

// withAccess are the options that such cases are read with.
var withAccess = introspect.Options{Objects: true, Privileges: true, Schemas: []string{"public", "app"}}

// saidByModels are the statements of a case that make what models say.
var saidByModels = regexp.MustCompile(`^\s*CREATE (TABLE|SEQUENCE|SCHEMA|TYPE \w+ AS ENUM)`)

// filesSay holds that a database is what files of objects with the statements
// say that made it.
func filesSay(t *testing.T, url, script string) {
	t.Helper()
	var kept []string
	for _, s := range strings.SplitAfter(script, ";") {
		if !saidByModels.MatchString(s) {
			kept = append(kept, s)
		}
	}
	text := strings.ReplaceAll(strings.Join(kept, ""), "CURRENT_USER", "postgres")
	have, _ := readAs(t, url, withAccess)
	want := schema.Clone(have)
	want.Objects, want.Access = nil, nil
	ctx := context.Background()
	c := connect(t, url)
	read, err := inspectpg.Objects(ctx, c, want, have, []introspect.SQLFile{{Path: "schema/a.sql", Text: text}}, withAccess)
	if err != nil {
		t.Fatalf("reading the files: %v\n%s", err, text)
	}
	want.Objects, want.Access = read.Objects, read.Access
	p, err := diff.Diff(have, want, diff.Renames{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Changes {
		l := diff.Describe(c)
		t.Errorf("the files say otherwise: %s %s %s", l.Sign, l.Object, l.Detail)
	}
	if t.Failed() {
		t.Log(text)
	}
}

// accessDump is what pg_dump prints with owners and privileges. GRANTs that follow
// each other are put into one order, as that of an ACL means nothing; the rest
// stays, because whose GRANT one is follows from the line before.
func accessDump(t *testing.T, url string) string {
	t.Helper()
	lines := strings.Split(dbtest.PgDumpAccess(t, url), "\n")
	for i := 0; i < len(lines); i++ {
		begin := i
		for i < len(lines) && strings.HasPrefix(lines[i], "GRANT ") {
			i++
		}
		slices.Sort(lines[begin:i])
	}
	return strings.Join(lines, "\n")
}
