package postgres

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// targets are what stands in the scratch and has privileges.
func (r *accessReader) targets() []accessTarget {
	all := schema.Database{Tables: r.want.Tables, Sequences: r.want.Sequences, Objects: r.db.Objects}
	all.Enums = slices.Concat(r.want.Enums, r.db.Enums)
	return r.k.accessTargets(&all)
}

// ownerOf is whose it is to be: as files say, else as it is, else of who asks.
func (r *accessReader) ownerOf(key schema.Ref) string {
	if key.Kind == schema.RefSequence {
		if !key.Table.IsZero() {
			key = schema.Ref{Kind: schema.RefTable, Name: key.Table}
		}
		for _, s := range r.want.Sequences {
			if s.Name == key.Name && !s.OwnedBy.Table.IsZero() {
				key = schema.Ref{Kind: schema.RefTable, Name: s.OwnedBy.Table}
			}
		}
	}
	return cmp.Or(r.declared[key], r.had[key], r.me)
}

// kinds are how a thing of each class is made and called that stands for default
// privileges.
var kinds = map[string]struct{ make, word string }{
	"tables":    {"CREATE TABLE % ()", "TABLE %"},
	"sequences": {"CREATE SEQUENCE %", "SEQUENCE %"},
	"functions": {"CREATE FUNCTION %() RETURNS integer LANGUAGE sql AS 'SELECT 1'", "ROUTINE %()"},
	"types":     {"CREATE TYPE % AS ENUM ()", "TYPE %"},
	"schemas":   {"CREATE SCHEMA %", "SCHEMA %"},
}

// readDefaults runs the GRANT and REVOKE of ALTER DEFAULT PRIVILEGES on things
// that stand for them, and reads what they have then.
func (r *accessReader) readDefaults(ctx context.Context) error {
	r.room = r.scratchOf[r.schemas[0]] + "_defaults"
	stands := map[schema.Ref]string{}
	var order []schema.Ref
	for _, d := range r.statements {
		if d.access.kind != defaultAccess {
			continue
		}
		if len(order) == 0 {
			if _, err := r.c.Exec(ctx, "CREATE SCHEMA "+r.room).ReadAll(); err != nil {
				return err
			}
		}
		for _, on := range r.defaultsOf(d) {
			word, ok := stands[on]
			if !ok {
				order = append(order, on)
				word = r.stand(on, len(order))
				stands[on] = word
				script := strings.ReplaceAll(kinds[on.Args].make, "%", r.standName(on, len(order))) + ";" + strings.Join(r.given(word, on, on.Name.Local, nil), ";")
				if _, err := r.c.Exec(ctx, script).ReadAll(); err != nil {
					return err
				}
			}
			refused, err := r.try(ctx, r.rewritten(d, d.access.verb, map[int]string{d.access.things: word}))
			if err != nil {
				return err
			}
			if refused != nil {
				r.refuse(d.pos, head(d.text, 40), r.said(refused.Message), r.said(refused.Hint))
				break
			}
		}
	}
	for i, on := range order {
		rows, err := r.aclOf(ctx, on.Args, r.standName(on, i+1))
		if err != nil {
			return err
		}
		if grants := r.grants(on, on.Name.Local, rows); len(grants) > 0 {
			r.db.Access = append(r.db.Access, schema.Access{On: on, Grants: grants, Pos: r.saidAt(on)})
		}
	}
	return nil
}

// defaultsOf are the default privileges that a statement is about.
func (r *accessReader) defaultsOf(d *definition) []schema.Ref {
	var list []schema.Ref
	for _, role := range d.access.of {
		on := schema.Ref{Kind: schema.KindDefaults, Name: schema.Name{Local: r.roles[role.text]}, Args: d.access.class}
		if len(d.access.in) == 0 {
			list = append(list, on)
		}
		for _, in := range d.access.in {
			on.Name.Schema = in.text
			list = append(list, on)
		}
	}
	return list
}

func (r *accessReader) standName(on schema.Ref, n int) string {
	name := "stands_" + strings.Repeat("i", n)
	if on.Args == "schemas" {
		return r.room + "_" + name
	}
	return r.room + "." + name
}

func (r *accessReader) stand(on schema.Ref, n int) string {
	return strings.ReplaceAll(kinds[on.Args].word, "%", r.standName(on, n))
}

// aclOf are the privileges on one thing.
func (r *accessReader) aclOf(ctx context.Context, class, name string) ([]aclRow, error) {
	from := map[string]string{
		"tables":    "SELECT relacl AS acl FROM pg_catalog.pg_class WHERE oid = " + pg.Literal(name) + "::pg_catalog.regclass",
		"sequences": "SELECT relacl AS acl FROM pg_catalog.pg_class WHERE oid = " + pg.Literal(name) + "::pg_catalog.regclass",
		"functions": "SELECT proacl AS acl FROM pg_catalog.pg_proc WHERE oid = " + pg.Literal(name) + "::pg_catalog.regproc",
		"types":     "SELECT typacl AS acl FROM pg_catalog.pg_type WHERE oid = " + pg.Literal(name) + "::pg_catalog.regtype",
		"schemas":   "SELECT nspacl AS acl FROM pg_catalog.pg_namespace WHERE nspname = " + pg.Literal(name),
	}[class]
	return r.explode(ctx, from)
}

// explode are the rows of the one ACL that a query returns.
func (r *accessReader) explode(ctx context.Context, query string) ([]aclRow, error) {
	rows, err := r.rows(ctx, `SELECT `+strings.ReplaceAll(roleName, "%", "x.grantee")+`, pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantor)), x.privilege_type, x.is_grantable
FROM (`+query+`) o, pg_catalog.aclexplode(o.acl) x ORDER BY 1, 2, 3`)
	if err != nil {
		return nil, err
	}
	var list []aclRow
	for _, row := range rows {
		list = append(list, aclRow{role: string(row[0]), by: string(row[1]), privilege: string(row[2]), grantable: string(row[3]) == "t"})
	}
	return list, nil
}

// given are the statements that leave a thing with what its owner to be has, and
// with grants; held are roles that have privileges on it now.
func (r *accessReader) given(word string, on schema.Ref, owner string, grants []schema.Grant, held ...string) []string {
	from := append([]string{schema.Public, r.me}, held...)
	list := []string{"REVOKE ALL ON " + word + " FROM " + strings.Join(slices.Compact(slices.Sorted(slices.Values(from))), ", ")}
	lacks := map[schema.Grant]bool{}
	for _, g := range grants {
		if g.Revoked {
			g.Revoked = false
			lacks[g] = true
		}
	}
	for _, role := range []string{"", schema.Public} {
		var all []string
		for _, p := range allPrivileges(r.version, schema.AccessClass(on)) {
			if g := (schema.Grant{Role: role, Privilege: p}); schema.GivenAlone(on, g) && !lacks[g] {
				all = append(all, p)
			}
		}
		if len(all) > 0 {
			list = append(list, "GRANT "+strings.Join(all, ", ")+" ON "+word+" TO "+r.grantee(cmp.Or(role, owner)))
		}
	}
	for _, g := range grants {
		if g.Revoked {
			continue
		}
		sql := "GRANT " + g.Privilege + " ON " + word + " TO " + r.grantee(cmp.Or(g.Role, owner))
		if g.Grantable {
			sql += " WITH GRANT OPTION"
		}
		list = append(list, sql)
	}
	return list
}

// grants are rows of the scratch in the words of the database.
func (r *accessReader) grants(on schema.Ref, owner string, rows []aclRow) []schema.Grant {
	var list []aclRow
	for _, row := range rows {
		if row.role == r.me {
			continue
		}
		if row.role == r.standIn {
			row.role = r.me
		}
		row.by = owner
		list = append(list, row)
	}
	return grantsOf(r.version, on, owner, true, list)
}

// base is what a thing has before the statements: what the server gives it when
// its owner makes it. Schema public has what initdb gave it.
func (r *accessReader) base(ctx context.Context, on schema.Ref, owner string) ([]schema.Grant, error) {
	if on == (schema.Ref{Kind: schema.RefSchema, Name: schema.Name{Local: "public"}}) {
		rows, err := r.explode(ctx, `SELECT initprivs AS acl FROM pg_catalog.pg_init_privs WHERE classoid = 2615 AND objoid = 2200`)
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			return grantsOf(r.version, on, rows[0].by, true, rows), nil
		}
	}
	return schema.Fresh(r.db, owner, on).Grants, nil
}

// setOut gives everything in the scratch what it has before the statements.
func (r *accessReader) setOut(ctx context.Context) error {
	var script []string
	for _, t := range r.targets() {
		key := schema.Access{On: t.on, Of: t.of}.Key()
		owner := r.ownerOf(key)
		grants, err := r.base(ctx, t.on, owner)
		if err != nil {
			return err
		}
		var held []string
		word := ""
		for _, row := range r.k.acl[t.self] {
			if row.privilege == "" {
				word = row.column
			} else {
				held = append(held, row.role)
			}
		}
		script = append(script, r.given(word, t.on, owner, grants, held...)...)
	}
	if len(script) == 0 {
		return nil
	}
	_, err := r.c.Exec(ctx, strings.Join(script, ";\n")).ReadAll()
	return err
}

// touchedQuery names what this transaction has changed the privileges of and
// what is not of the scratch.
func (r *accessReader) touched(ctx context.Context) ([]string, error) {
	now := `pg_catalog.pg_current_xact_id()::text::bigint`
	rows, err := r.rows(ctx, `SELECT DISTINCT pg_catalog.pg_describe_object(o.class, o.id, 0) FROM (
 SELECT 1259::pg_catalog.oid, c.oid, c.xmin, c.relnamespace FROM pg_catalog.pg_class c
 UNION ALL SELECT 1259, c.oid, a.xmin, c.relnamespace FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
 UNION ALL SELECT 1255, p.oid, p.xmin, p.pronamespace FROM pg_catalog.pg_proc p
 UNION ALL SELECT 1247, t.oid, t.xmin, t.typnamespace FROM pg_catalog.pg_type t
 UNION ALL SELECT 2615, n.oid, n.xmin, n.oid FROM pg_catalog.pg_namespace n) AS o(class, id, xmin, namespace) JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace
WHERE n.nspname NOT LIKE 'gen\_scratch\_%' AND n.nspname !~ '^pg_t' AND o.xmin::text::bigint >= `+now+` & 4294967295
 AND pg_catalog.pg_xact_status((`+now+` >> 32 << 32 | o.xmin::text::bigint)::text::pg_catalog.xid8) = 'in progress' ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, row := range rows {
		list = append(list, string(row[0]))
	}
	return list, nil
}

// run carries out the statements, as they stand in the files. One that reaches
// beyond what models and files have is refused.
func (r *accessReader) run(ctx context.Context) error {
	before, err := r.touched(ctx)
	if err != nil {
		return err
	}
	for _, d := range r.statements {
		if d.access.kind != grantAccess {
			continue
		}
		refused, err := r.try(ctx, r.rewritten(d, 0, nil))
		if err != nil {
			return err
		}
		if refused != nil {
			r.refuse(d.pos, head(d.text, 40), r.said(refused.Message), r.said(refused.Hint))
		}
	}
	after, err := r.touched(ctx)
	if err != nil {
		return err
	}
	for _, what := range after {
		if !slices.Contains(before, what) {
			r.refuse(r.speaksOf(what), what, "privileges on it are not managed: it is in no model and no file of objects", "write them in a revision")
		}
	}
	return nil
}

// speaksOf is the position of the first statement about privileges with one of
// the last names in a text of the server.
func (r *accessReader) speaksOf(text string) schema.Pos {
	var names []string
	for _, t := range lex(text) {
		if t.name() {
			names = append(names, t.text)
		}
	}
	for _, d := range r.statements {
		for _, t := range d.tokens {
			if t.name() && len(names) > 1 && slices.Contains(names[1:], t.text) {
				return d.pos
			}
		}
	}
	return schema.Pos{}
}

// saidAt is the position of the statement that speaks of a thing by name, else of
// one that speaks of all.
func (r *accessReader) saidAt(on schema.Ref) schema.Pos {
	var general schema.Pos
	for _, d := range r.statements {
		if d.access.kind == defaultAccess {
			if slices.Contains(r.defaultsOf(d), on) {
				return d.pos
			}
			continue
		}
		if d.access.all && general == (schema.Pos{}) {
			general = d.pos
		}
		for _, t := range d.tokens {
			if t.name() && t.text == on.Name.Local && !slices.Contains(d.access.roles, t) {
				return d.pos
			}
		}
	}
	return general
}

// result reads what everything has now. What is not in the scratch has what it
// sets out with: no statement is about it.
func (r *accessReader) result(ctx context.Context) error {
	if _, err := r.c.Exec(ctx, "SELECT "+emptyPath).ReadAll(); err != nil {
		return err
	}
	r.k.acl = map[object][]aclRow{}
	var names []string
	for _, own := range r.scratchOf {
		names = append(names, own)
	}
	slices.Sort(names)
	if err := r.k.pipeline(ctx, r.c, []query{{"access", accessQuery, []string{textArray(names)}, (*catalog).readAccess}}); err != nil {
		return err
	}
	seen := map[schema.Ref]bool{}
	var list []schema.Access
	add := func(a schema.Access) {
		seen[a.Key()] = true
		a.Owner = r.declared[a.Key()]
		if len(a.Grants) > 0 || a.Owner != "" {
			a.Pos = r.saidAt(a.On)
			list = append(list, a)
		}
	}
	for _, t := range r.targets() {
		a := schema.Access{On: t.on, Of: t.of}
		_, _, rows := splitACL(r.k.acl[t.self])
		a.Grants = r.grants(t.on, r.ownerOf(a.Key()), rows)
		add(a)
	}
	for _, a := range r.unbuilt() {
		if !seen[a.Key()] {
			a.Grants = schema.Fresh(r.db, r.ownerOf(a.Key()), a.On).Grants
			add(a)
		}
	}
	r.db.Access = append(r.db.Access, list...)
	return nil
}

// unbuilt is what the models have, of which not all is in the scratch.
func (r *accessReader) unbuilt() []schema.Access {
	var list []schema.Access
	for i := range r.want.Tables {
		t := &r.want.Tables[i]
		list = append(list, schema.Access{On: schema.Ref{Kind: schema.RefTable, Name: t.Name}})
		for _, c := range t.Columns {
			if countsAlone(r.version, t, &c) {
				list = append(list, schema.Access{On: schema.Ref{Kind: schema.RefSequence, Name: r.sequenceName(t.Name, c.Name)}, Of: schema.ColumnRef{Table: t.Name, Column: c.Name}})
			}
		}
	}
	for _, s := range r.want.Sequences {
		list = append(list, schema.Access{On: schema.Ref{Kind: schema.RefSequence, Name: s.Name}})
	}
	return list
}

// sequenceName is that of the sequence of a column: the one it has, else the one
// the server gives it.
func (s *scratch) sequenceName(table schema.Name, column string) schema.Name {
	if s.have != nil {
		for i := range s.have.Access {
			if a := &s.have.Access[i]; a.Of == (schema.ColumnRef{Table: table, Column: column}) {
				return a.On.Name
			}
		}
	}
	return serialName(table, column)
}
