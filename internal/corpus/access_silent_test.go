package corpus_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

// accessChanges change one fact of owners and privileges each, one after the
// other. Owners are not looked at without the key.
var accessChanges = []string{
	"GRANT SELECT ON users TO gen_ann",
	"GRANT SELECT ON users TO gen_ann WITH GRANT OPTION",
	"SET ROLE gen_ann; GRANT SELECT ON users TO gen_bob; RESET ROLE",
	"GRANT SELECT (name) ON users TO gen_bob",
	"GRANT UPDATE (name) ON users TO gen_ann WITH GRANT OPTION",
	"REVOKE INSERT ON users FROM CURRENT_USER",
	"GRANT TRIGGER ON orders TO PUBLIC",
	"GRANT USAGE ON SEQUENCE seq TO gen_bob",
	"GRANT SELECT ON SEQUENCE plain_id_seq TO gen_ann",
	"GRANT SELECT ON happy TO gen_ann",
	"GRANT SELECT (id) ON happy TO gen_ann",
	"GRANT SELECT ON totals TO gen_ann",
	"REVOKE EXECUTE ON FUNCTION add(integer, integer) FROM PUBLIC",
	"GRANT EXECUTE ON PROCEDURE tidy(integer) TO gen_ann",
	"REVOKE EXECUTE ON FUNCTION total(integer) FROM CURRENT_USER",
	"REVOKE USAGE ON TYPE mood FROM PUBLIC",
	"GRANT USAGE ON DOMAIN positive TO gen_ann",
	"REVOKE USAGE ON TYPE place FROM PUBLIC",
	"REVOKE USAGE ON TYPE span FROM PUBLIC",
	"GRANT USAGE ON SCHEMA public TO gen_ann",
	"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO gen_ann",
	"ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann IN SCHEMA public GRANT USAGE ON SEQUENCES TO gen_bob",
	"ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
	"ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann REVOKE USAGE ON TYPES FROM PUBLIC",
	"ALTER DEFAULT PRIVILEGES FOR ROLE gen_ann GRANT USAGE ON SCHEMAS TO gen_bob",
	"GRANT SELECT ON parted TO gen_ann",
	"GRANT UPDATE (a) ON parted_1 TO gen_ann",
	"ALTER TABLE parted OWNER TO gen_ann",
	"ALTER TABLE parted_1 OWNER TO gen_bob",
	"ALTER TABLE plain OWNER TO gen_ann",
	"ALTER SEQUENCE seq OWNER TO gen_ann",
	"ALTER VIEW feelings OWNER TO gen_ann",
	"ALTER MATERIALIZED VIEW totals OWNER TO gen_ann",
	"ALTER FUNCTION everybody() OWNER TO gen_ann",
	"ALTER AGGREGATE total(integer) OWNER TO gen_ann",
	"ALTER TYPE mood OWNER TO gen_ann",
	"ALTER DOMAIN positive OWNER TO gen_ann",
	"ALTER TYPE place OWNER TO gen_ann",
	"ALTER TYPE span OWNER TO gen_ann",
	"ALTER SCHEMA public OWNER TO gen_ann",
}

// stillListed are managed by nothing, key or no key.
var stillListed = []string{
	"GRANT USAGE ON FOREIGN SERVER far TO gen_ann",
	"GRANT CONNECT ON DATABASE %I TO gen_ann",
}

// TestAccessIsNotSilent: each change is a difference with the key, and among what
// is not managed without it.
func TestAccessIsNotSilent(t *testing.T) {
	t.Parallel()
	url := dbtest.Postgres(t)
	ctx := context.Background()
	c := connect(t, url)
	exec := func(sql string) {
		t.Helper()
		if _, err := c.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	read := func(key bool) *schema.Database {
		t.Helper()
		db, _, err := inspectpg.Inspect(ctx, c, introspect.Options{Objects: true, Privileges: key})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	exec(oneOfEverything(t))
	exec(roles)
	exec("CREATE TABLE plain (id serial, a integer); CREATE SEQUENCE seq; CREATE TABLE parted (a integer) PARTITION BY LIST (a); CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1); CREATE FOREIGN DATA WRAPPER wrapped; CREATE SERVER far FOREIGN DATA WRAPPER wrapped;")
	managed, listed := read(true), read(false)
	for _, sql := range accessChanges {
		exec(sql)
		now, other := read(true), read(false)
		p, err := diff.Diff(managed, now, diff.Renames{})
		if err != nil || len(p.Changes) != 1 {
			t.Errorf("%s: %d changes with the key, %v", sql, len(p.Changes), err)
		}
		if d := diff.Differences(managed, now); len(d) != 1 {
			t.Errorf("%s: %d differences with the key", sql, len(d))
		}
		if schema.Fingerprint(managed) == schema.Fingerprint(now) && !strings.Contains(sql, "OWNER") {
			t.Errorf("%s: the fingerprint is the same", sql)
		}
		if d := cmp.Diff(managed.Unmanaged, now.Unmanaged); d != "" {
			t.Errorf("%s: listed with the key\n%s", sql, d)
		}
		if p, err := diff.Diff(listed, other, diff.Renames{}); err != nil || len(p.Changes) > 0 {
			t.Errorf("%s: a difference without the key", sql)
		}
		managed, listed = now, other
	}
	for _, o := range []string{"privileges users", "column privileges name", "privileges seq", "privileges happy", "privileges add(integer, integer)", "privileges mood", "privileges public", "default privileges gen_ann functions"} {
		found := false
		for _, u := range listed.Unmanaged {
			found = found || u.Kind+" "+u.Name.Local == o
		}
		if !found {
			t.Errorf("without the key %s is not listed", o)
		}
	}
	for _, sql := range stillListed {
		exec("DO $$ BEGIN EXECUTE format('" + sql + "', current_database()); END $$")
		now := read(true)
		if cmp.Equal(managed.Unmanaged, now.Unmanaged) {
			t.Errorf("silent: %s", sql)
		}
		managed = now
	}
}

// TestAccessReadByAnOwner: whoever reads the files is no superuser, is granted
// things by name, and need not be able to become the owners that they name.
func TestAccessReadByAnOwner(t *testing.T) {
	t.Parallel()
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, roles+`DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO gen_bob', current_database()); END $$;
GRANT CREATE ON SCHEMA public TO gen_bob;
CREATE TABLE mine (id bigserial, a text); ALTER TABLE mine OWNER TO gen_bob; CREATE TABLE his (a text); ALTER TABLE his OWNER TO gen_cat;
GRANT SELECT ON his TO gen_bob; REVOKE INSERT ON his FROM gen_cat; GRANT SELECT ON mine TO gen_ann; REVOKE DELETE ON mine FROM gen_bob; GRANT USAGE ON SEQUENCE mine_id_seq TO gen_ann`)
	ctx := context.Background()
	c := connect(t, url)
	if _, err := c.Exec(ctx, "SET SESSION AUTHORIZATION gen_bob"); err != nil {
		t.Fatal(err)
	}
	o := introspect.Options{Objects: true, Privileges: true, Schemas: []string{"public"}}
	have, _, err := inspectpg.Inspect(ctx, c, o)
	if err != nil {
		t.Fatal(err)
	}
	if have.Reader != "gen_bob" {
		t.Errorf("the reader is %s", have.Reader)
	}
	want := schema.Clone(have)
	read, err := inspectpg.Objects(ctx, c, want, have, []introspect.SQLFile{{Path: "a.sql", Text: `
ALTER TABLE his OWNER TO gen_cat; REVOKE INSERT ON his FROM gen_cat; GRANT SELECT ON his TO gen_bob;
REVOKE DELETE ON mine FROM gen_bob; GRANT SELECT ON mine TO gen_ann, gen_bob; GRANT USAGE ON SEQUENCE mine_id_seq TO gen_ann; GRANT CREATE ON SCHEMA public TO gen_bob`}}, o)
	if err != nil {
		t.Fatal(err)
	}
	want.Access = read.Access
	p, err := diff.Diff(have, want, diff.Renames{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Changes {
		t.Errorf("the files say otherwise: %s", diff.Describe(c).Detail)
	}
}
