package migrations

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// insufficientPrivilege is PostgreSQL's SQLSTATE for a right that is missing.
const insufficientPrivilege = "42501"

// RightsError says that the role may not read or write the version table, or
// not create it. Nothing was run.
type RightsError struct {
	Role    string
	Owner   string   // of the table or the schema; may give the rights
	What    string   // what the role may not do: "write the version table public.gen_revisions"
	Missing []string // rights, as GRANT names them
	Grants  []string // the statements that give them
	Said    string   // by the server
	Err     error    // of the server; nil when the rights were looked at first
}

func (e *RightsError) Error() string {
	text := fmt.Sprintf("role %s may not %s: it lacks %s", e.Role, e.What, strings.Join(e.Missing, ", "))
	if e.Err != nil {
		text += fmt.Sprintf(" (%s, SQLSTATE %s)", indented(e.Said), insufficientPrivilege)
	}
	return text + fmt.Sprintf("\n    hint: as %s: %s", quoteIfNeeded(e.Owner), strings.Join(e.Grants, "; "))
}

// Unwrap returns the driver's error.
func (e *RightsError) Unwrap() error { return e.Err }

// role is the role that statements run with; empty when nobody answers.
func (x *run) role(ctx context.Context) (role string) {
	ctx, cancel := cleanup(ctx)
	defer cancel()
	if err := x.conn.QueryRowContext(ctx, "SELECT current_user::text").Scan(&role); err != nil {
		return ""
	}
	return role
}

// canWrite looks, before anything is run, whether the role has these rights on
// the version table that is there: a revision must not fail at its last word.
func (x *run) canWrite(ctx context.Context, rights ...string) error {
	if x.dialect != Postgres || !x.store.exists {
		return nil
	}
	log := []string{"INSERT"}
	if x.optimistic() {
		log = []string{"SELECT", "INSERT"}
	}
	return x.tableRights(ctx, "write", rights, log)
}

// refusedReading gives a refusal to read the version table its reason.
func (x *run) refusedReading(ctx context.Context, err error) error {
	if x.dialect != Postgres || x.opts.detailOf(err).SQLState != insufficientPrivilege {
		return err
	}
	if re, ok := errors.AsType[*RightsError](x.tableRights(ctx, "read", []string{"SELECT"}, nil)); ok {
		re.Said, re.Err = x.opts.detailOf(err).Message, err
		return re
	}
	return err
}

// tableRights is a *RightsError when one of the rights on the version table or on
// the log is missing. It advises to give all that gen ever needs for this.
func (x *run) tableRights(ctx context.Context, what string, revisions, log []string) error {
	all := [2]string{"SELECT", "SELECT"}
	if what != "read" {
		all = [2]string{"SELECT, INSERT, UPDATE, DELETE", "SELECT, INSERT"}
	}

	re := &RightsError{What: what + " the version table " + x.store.schema + "." + TableRevisions}
	for i, t := range [...]struct {
		name, table string
		needs       []string
	}{{TableRevisions, x.store.revisions, revisions}, {TableLog, x.store.log, log}} {
		kinds := []string{"SELECT", "INSERT", "UPDATE", "DELETE"}
		have := make([]bool, len(kinds))
		err := x.conn.QueryRowContext(ctx, `SELECT current_user::text, (SELECT pg_catalog.pg_get_userbyid(relowner)::text FROM pg_catalog.pg_class WHERE oid = c.o),
  pg_catalog.has_table_privilege(c.o, 'SELECT'), pg_catalog.has_table_privilege(c.o, 'INSERT'), pg_catalog.has_table_privilege(c.o, 'UPDATE'), pg_catalog.has_table_privilege(c.o, 'DELETE')
  FROM (SELECT pg_catalog.to_regclass($1)::oid AS o) c WHERE c.o IS NOT NULL`, t.table).Scan(&re.Role, &re.Owner, &have[0], &have[1], &have[2], &have[3])
		if err != nil {
			return fmt.Errorf("asking for the rights on %s: %w", t.table, err)
		}
		var lacks []string
		for k, right := range kinds {
			if !have[k] && slices.Contains(t.needs, right) {
				lacks = append(lacks, right)
			}
		}
		for _, right := range lacks {
			re.Missing = append(re.Missing, right+" on "+t.name)
		}
		re.Grants = append(re.Grants, fmt.Sprintf("GRANT %s ON %s.%s TO %s", all[i], quoteIfNeeded(x.store.schema), t.name, quoteIfNeeded(re.Role)))
	}
	if len(re.Missing) == 0 {
		return nil
	}
	return re
}

// refusedCreating gives a refusal to create the version table its reason.
func (x *run) refusedCreating(ctx context.Context, err error) error {
	if x.dialect != Postgres || x.opts.detailOf(err).SQLState != insufficientPrivilege {
		return err
	}
	re := &RightsError{Said: x.opts.detailOf(err).Message, Err: err}
	there := false
	on := x.store.schema
	if asking := x.conn.QueryRowContext(ctx, `SELECT current_user::text, n.nspname IS NOT NULL,
  coalesce(pg_catalog.pg_get_userbyid(nullif(n.nspowner, 6171)), pg_catalog.pg_get_userbyid(d.datdba))::text, d.datname::text -- 6171 is pg_database_owner: not one to log in
  FROM pg_catalog.pg_database d LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1
  WHERE d.datname = pg_catalog.current_database()`, x.store.schema).Scan(&re.Role, &there, &re.Owner, &on); asking != nil {
		return err
	}
	re.What = fmt.Sprintf("create the version table %s.%s", x.store.schema, TableRevisions)
	kind, rights := "SCHEMA", "USAGE, CREATE"
	if there {
		on = x.store.schema
	} else {
		kind, rights = "DATABASE", "CREATE"
	}
	re.Missing = []string{fmt.Sprintf("CREATE on %s %s", strings.ToLower(kind), on)}
	re.Grants = []string{fmt.Sprintf("GRANT %s ON %s %s TO %s", rights, kind, quoteIfNeeded(on), quoteIfNeeded(re.Role))}
	return re
}

// refusedSchema gives a version table that cannot be found its reason, when it is
// that the role may not use the one schema that has it.
func (s *postgresSession) refusedSchema(ctx context.Context, err error) error {
	re := &RightsError{}
	var schema string
	asking := s.conn.QueryRowContext(ctx, `SELECT current_user::text, min(n.nspname)::text, min(pg_catalog.pg_get_userbyid(coalesce(nullif(n.nspowner, 6171), d.datdba)))::text
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
  WHERE c.relname = 'gen_revisions' AND c.relkind = 'r' AND ($1::text = '' OR n.nspname = $1::text)
  HAVING count(*) = 1 AND NOT bool_or(pg_catalog.has_schema_privilege(n.oid, 'USAGE'))`, s.opts.schema).Scan(&re.Role, &schema, &re.Owner)
	if asking != nil {
		return err
	}
	re.What = fmt.Sprintf("use schema %s, where the version table is", schema)
	re.Missing = []string{"USAGE on schema " + schema}
	re.Grants = []string{fmt.Sprintf("GRANT USAGE ON SCHEMA %s TO %s", quoteIfNeeded(schema), quoteIfNeeded(re.Role))}
	return re
}
