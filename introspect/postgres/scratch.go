package postgres

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// Objects reads files of CREATE statements as the server understands them. In a
// transaction that is rolled back it makes, in schemas of its own that stand for
// the managed ones, the types and tables of want that the files mention, then
// what the files say, in whatever order that works; and reads the result back
// as it reads a database. Text is compared with text, then: both were written
// by the same server.
//
// The returned database holds Objects, with their positions, and Enums the files
// make. With o.Privileges it also holds Access: what the files say of owners and
// privileges, of everything that they or want have. have is the database, which
// says whose things are of which the files do not; it may be nil. o.Schemas are the
// managed schemas; the first is where unqualified names go. Nothing is locked but what the files themselves refer to outside of the
// managed schemas. The role must be allowed to create schemas (CREATE on the
// database) and to write: a standby cannot be asked.
//
// The error joins a [*introspect.WantError] for each statement that is not
// allowed, that the server refuses, or that refers to something neither want nor
// the files have.
func Objects(ctx context.Context, c *pgx.Conn, want, have *schema.Database, files []introspect.SQLFile, o introspect.Options) (*schema.Database, error) {
	s := &scratch{canonizer: canonizer{c: c.PgConn(), want: want, have: have}, files: files, schemas: o.Schemas, privileges: o.Privileges}
	s.split()
	if len(s.errs) > 0 {
		return nil, s.joined()
	}
	if len(s.definitions) == 0 && !s.privileges {
		return &schema.Database{}, nil
	}
	if s.c.TxStatus() != 'I' {
		return nil, errors.New("reading the objects: the connection is already in a transaction")
	}
	db, err := s.read(ctx)
	if end := context.WithoutCancel(ctx); !s.c.IsClosed() {
		if _, rollback := s.c.Exec(end, "ROLLBACK").ReadAll(); err == nil && rollback != nil {
			err = rollback
		}
	}
	if err != nil {
		return nil, fmt.Errorf("reading the objects: %w", err)
	}
	if len(s.errs) > 0 {
		return nil, s.joined()
	}
	return db, nil
}

// A scratch is one reading.
type scratch struct {
	canonizer
	files       []introspect.SQLFile
	schemas     []string // managed; the first is where unqualified names go
	definitions []*definition
	privileges  bool // are managed

	alias     map[string]string // scratch schema → the one it stands for
	scratchOf map[string]string // and back
	// search_path: scratch schema and others; and the managed ones behind it.
	strictPath, fullPath string
	globals              map[string]string    // publication → the name it has here; alias has the way back
	members              map[string]bool      // names of what extensions brought into managed schemas
	installed            map[string]bool      // extensions
	names                map[schema.Name]bool // of what the models and the files have, see known
}

func (s *scratch) split() {
	for _, f := range s.files {
		f.Text = strings.TrimPrefix(f.Text, "\ufeff") // as psql does
		list := splitFile(f)
		for _, d := range list {
			fault, hint := d.classify(s.privileges)
			if fault == "" && d.access.kind == noAccess {
				fault, hint = d.ofModels(s.want, s.schemas[0])
			}
			if fault != "" {
				s.refuse(d.pos, head(d.text, 40), fault, hint)
				continue
			}
			s.definitions = append(s.definitions, d)
		}
		s.readDirectives(f, list)
	}
}

func (s *scratch) read(ctx context.Context) (*schema.Database, error) {
	version, err := serverVersion(ctx, s.c)
	if err != nil {
		return nil, err
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	if err := s.build(ctx); err != nil || len(s.errs) > 0 {
		return nil, err
	}
	if err := s.strangers(ctx); err != nil || len(s.errs) > 0 {
		return nil, err
	}
	return s.readBack(ctx, version)
}

// begin opens the transaction and makes the schemas.
func (s *scratch) begin(ctx context.Context) error {
	s.alias, s.scratchOf = map[string]string{}, map[string]string{}
	sum := fnv.New32a()
	for _, f := range s.files {
		sum.Write([]byte(f.Path + "\x00" + f.Text))
	}
	s.aliasGlobals(fmt.Sprintf("gen_scratch_%08x_p", sum.Sum32()))
	script := "BEGIN; SET LOCAL check_function_bodies = off; SET LOCAL lock_timeout = '5s'; SELECT " + pinned + ";\n"
	for i, name := range s.schemas {
		own := fmt.Sprintf("gen_scratch_%08x_%d_", sum.Sum32(), i) // no name begins with another
		s.alias[own], s.scratchOf[name] = name, own
		script += "CREATE SCHEMA " + own + ";\n"
	}
	script += `SELECT current_setting('search_path');
SELECT p.proname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_proc p ON d.classid = 1255 AND p.oid = d.objid WHERE d.deptype = 'e'
 UNION SELECT t.typname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_type t ON d.classid = 1247 AND t.oid = d.objid WHERE d.deptype = 'e'
 UNION SELECT c.relname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON d.classid = 1259 AND c.oid = d.objid WHERE d.deptype = 'e'
 UNION SELECT o.opcname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_opclass o ON d.classid = 2616 AND o.oid = d.objid WHERE d.deptype = 'e'
 UNION SELECT oprname FROM pg_catalog.pg_operator WHERE oid >= 16384;
SELECT extname FROM pg_catalog.pg_extension`
	results, err := s.c.Exec(ctx, script).ReadAll()
	if err != nil {
		var refused *pgconn.PgError
		if errors.As(err, &refused) && refused.Code == insufficientPrivilege {
			return fmt.Errorf("%w: files of objects are read in a schema that is rolled back, which needs CREATE on the database", err)
		}
		return err
	}
	set := func(r *pgconn.Result) map[string]bool {
		m := map[string]bool{}
		for _, row := range r.Rows {
			m[string(row[0])] = true
		}
		return m
	}
	s.paths(string(results[len(results)-3].Rows[0][0]))
	s.members, s.installed = set(results[len(results)-2]), set(results[len(results)-1])
	return nil
}

// An attempt is a statement that is yet to succeed.
type attempt struct {
	d   *definition // nil: of the models
	sql string
	err *pgconn.PgError
}

// build makes everything, again and again until nothing more works: what needs
// another thing waits for it. Unqualified names do not find the managed schemas
// themselves, so that nothing binds to what is there and not wanted; only where
// that leads nowhere, one statement may look there, for what an extension
// brought.
func (s *scratch) build(ctx context.Context) error {
	var open []*attempt
	for _, sql := range s.models() {
		open = append(open, &attempt{sql: sql})
	}
	for _, d := range s.definitions {
		if d.kind == schema.KindExtension && s.installed[d.made] || d.access.kind != noAccess {
			continue
		}
		open = append(open, &attempt{d: d, sql: s.renamed(s.elsewhere(d, s.once(d, withoutRows(d))))})
	}
	for len(open) > 0 {
		left, err := s.round(ctx, s.strictPath, open, len(open))
		if err == nil && len(left) == len(open) {
			left, err = s.round(ctx, s.fullPath, open, 1)
		}
		if err != nil {
			return err
		}
		if len(left) == len(open) {
			return s.stuck(left)
		}
		open = left
	}
	return nil
}

// round tries each statement once, until so many have succeeded, and returns
// those left.
func (s *scratch) round(ctx context.Context, path string, open []*attempt, enough int) (left []*attempt, err error) {
	if _, err := s.c.Exec(ctx, "SELECT set_config('search_path', "+pg.Literal(path)+", true)").ReadAll(); err != nil {
		return nil, err
	}
	for i, a := range open {
		if enough == 0 {
			return append(left, open[i:]...), nil
		}
		if a.err, err = s.try(ctx, a.sql); err != nil {
			return nil, err
		}
		if a.err != nil {
			left = append(left, a)
			continue
		}
		enough--
		if err := s.identify(ctx, a.d, path); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// stuck tells of the statements that cannot be carried out. A table of the
// models that cannot is told where its types are read.
func (s *scratch) stuck(left []*attempt) error {
	for _, a := range left {
		if a.d != nil {
			s.refuse(a.d.pos, head(a.d.text, 40), s.said(a.err.Message), s.said(a.err.Hint))
		}
	}
	return nil
}

// withoutRows keeps a materialized view from running its query.
func withoutRows(d *definition) string {
	if d.kind != schema.KindMaterializedView {
		return d.text
	}
	n := len(d.tokens)
	switch {
	case n > 3 && d.is(n-3, "with", "no", "data"):
		return d.text
	case n > 2 && d.is(n-2, "with", "data"):
		return d.text[:d.tokens[n-2].begin-d.tokens[0].begin] + "WITH NO DATA"
	}
	return d.text + "\nWITH NO DATA"
}

// once lets the server tell of what two statements make: where another one has
// the same kind and name, IF NOT EXISTS goes, and OR REPLACE too unless they
// stand in one file (pg_dump writes views that need each other in two steps).
// Two files may both want an extension.
func (s *scratch) once(d *definition, sql string) string {
	if d.made == "" || d.kind == schema.KindExtension {
		return sql
	}
	for _, o := range s.definitions {
		if o == d || o.kind != d.kind || o.made != d.made {
			continue
		}
		for i := 1; i < len(d.tokens); i++ {
			cut := 0
			switch {
			case i == 1 && d.is(i, "or", "replace") && o.pos.File != d.pos.File:
				cut = 1
			case i < 4 && d.is(i, "if", "not", "exists"):
				cut = 2
			}
			if cut > 0 {
				begin := d.tokens[0].begin
				return sql[:d.tokens[i].begin-begin] + sql[d.tokens[i+cut].end-begin:]
			}
		}
	}
	return sql
}

// try runs one statement so that its failure undoes only itself.
func (s *scratch) try(ctx context.Context, sql string) (*pgconn.PgError, error) {
	if _, err := s.c.Exec(ctx, "SAVEPOINT gen_object").ReadAll(); err != nil {
		return nil, err
	}
	_, err := s.c.Exec(ctx, sql).ReadAll()
	var refused *pgconn.PgError
	if err != nil && (!errors.As(err, &refused) || !aboutStatement(refused.Code)) {
		return nil, err
	}
	end := "RELEASE SAVEPOINT gen_object"
	if refused != nil {
		end = "ROLLBACK TO SAVEPOINT gen_object; " + end
	}
	_, err = s.c.Exec(ctx, end).ReadAll()
	return refused, err
}

// models are the statements that make what the files mention of the models:
// types, and of tables what a view, policy or trigger can see.
func (s *scratch) models() []string {
	mentioned, all := map[string]bool{}, false
	for _, d := range s.definitions {
		all = all || d.access.all
		for _, t := range d.tokens {
			if t.name() {
				mentioned[t.text] = true
			}
			if t.kind == literal {
				for _, inner := range lex(t.text) {
					mentioned[inner.text] = true
				}
			}
		}
	}
	var list []string
	for _, e := range s.want.Enums {
		values := make([]string, len(e.Values))
		for i, v := range e.Values {
			values[i] = pg.Literal(v)
		}
		list = append(list, "CREATE TYPE "+s.qname(e.Name)+" AS ENUM ("+strings.Join(values, ", ")+")")
	}
	for _, q := range s.want.Sequences {
		if all || mentioned[q.Name.Local] {
			list = append(list, "CREATE SEQUENCE "+s.qname(q.Name))
		}
	}
	made := map[schema.Name]bool{}
	for i := range s.want.Tables {
		t := &s.want.Tables[i]
		made[t.Name] = all || mentioned[t.Name.Local] || s.privileges && s.sequenceIn(t, mentioned)
	}
	inherit := s.heirs(made)
	for i := range s.want.Tables {
		if t := &s.want.Tables[i]; made[t.Name] {
			list = append(list, s.tableLike(t)...)
		}
	}
	return append(list, inherit...)
}

// heirs adds the tables that inherit from those that are made, and returns the
// statements that let them: who publishes a table publishes its heirs.
func (s *scratch) heirs(made map[schema.Name]bool) []string {
	var list []string
	for again := true; again; {
		again = false
		for i := range s.want.Tables {
			t := &s.want.Tables[i]
			if !made[t.Name] && slices.ContainsFunc(t.Inherits, func(n schema.Name) bool { return made[n] }) {
				made[t.Name], again = true, true
			}
		}
	}
	for i := range s.want.Tables {
		t := &s.want.Tables[i]
		for _, n := range t.Inherits {
			if made[t.Name] && made[n] {
				list = append(list, "ALTER TABLE "+s.qname(t.Name)+" INHERIT "+s.qname(n))
			}
		}
	}
	return list
}

// sequenceIn reports whether names has the sequence of a column of t.
func (s *scratch) sequenceIn(t *schema.Table, names map[string]bool) bool {
	return slices.ContainsFunc(t.Columns, func(c schema.Column) bool {
		return (c.Serial || c.Identity != nil) && names[s.sequenceName(t.Name, c.Name).Local]
	})
}

func (s *scratch) qname(n schema.Name) string {
	if own, ok := s.scratchOf[n.Schema]; ok {
		n.Schema = own
	}
	return pg.QName(n)
}

// tableLike is a table with the columns of t, its keys and plain unique indexes.
func (s *scratch) tableLike(t *schema.Table) []string {
	var parts, before, after []string
	for _, c := range t.Columns {
		part := pg.Ident(c.Name) + " " + s.renamed(c.Type.Text)
		if !c.Collation.IsZero() {
			part += " COLLATE " + s.qname(c.Collation)
		}
		if c.NotNull {
			part += " NOT NULL"
		}
		if s.privileges && (c.Serial || c.Identity != nil) {
			// The sequence has privileges of its own.
			name := s.qname(s.sequenceName(t.Name, c.Name))
			before = append(before, "CREATE SEQUENCE "+name)
			after = append(after, "ALTER SEQUENCE "+name+" OWNED BY "+s.qname(t.Name)+"."+pg.Ident(c.Name))
		}
		parts = append(parts, part)
	}
	key := func(name, kind string, columns []string) {
		part := kind + " (" + pg.Idents(columns) + ")"
		if name != "" {
			part = "CONSTRAINT " + pg.Ident(name) + " " + part
		}
		parts = append(parts, part)
	}
	if k := t.PrimaryKey; k != nil {
		key(k.Name, "PRIMARY KEY", k.Columns)
	}
	for _, k := range t.Uniques {
		key(k.Name, "UNIQUE", k.Columns)
	}
	list := append(before, "CREATE TABLE "+s.qname(t.Name)+" ("+strings.Join(parts, ", ")+")")
	list = append(list, after...)
	for _, x := range t.Indexes {
		plain := x.Unique && x.Where == "" && !slices.ContainsFunc(x.Keys, func(k schema.IndexKey) bool { return k.Column == "" })
		if !plain {
			list = append(list, s.standIn(t, x)...)
			continue
		}
		var columns []string
		for _, k := range x.Keys {
			columns = append(columns, k.Column)
		}
		list = append(list, "CREATE UNIQUE INDEX "+pg.Ident(x.Name)+" ON "+s.qname(t.Name)+" ("+pg.Idents(columns)+")")
	}
	return list
}

// standIn is an index that stands for one of another kind, where files may say that
// CLUSTER goes by it: it has its name, and is refused where that one would be.
func (s *scratch) standIn(t *schema.Table, x schema.Index) []string {
	if len(t.Columns) == 0 || !slices.ContainsFunc(s.definitions, func(d *definition) bool { return d.has("cluster", "on") }) {
		return nil
	}
	sql := "CREATE INDEX " + pg.Ident(x.Name) + " ON " + s.qname(t.Name)
	if m := method(x.Method, "btree"); m != "btree" && m != "gist" {
		sql += " USING hash"
	}
	sql += " ((1))"
	if x.Where != "" {
		sql += " WHERE " + pg.Ident(t.Columns[0].Name) + " IS NULL"
	}
	return []string{sql}
}

// strangers refuses what refers to things in the managed schemas themselves:
// such are in the database, but in no model and no file.
func (s *scratch) strangers(ctx context.Context) error {
	names := make([]string, len(s.schemas))
	for i, n := range s.schemas {
		names[i] = pg.Literal(n)
	}
	own := pg.Literal(s.scratchOf[s.schemas[0]])
	results, err := s.c.Exec(ctx, `SELECT DISTINCT pg_catalog.pg_describe_object(coalesce(CASE WHEN r.oid IS NOT NULL THEN 1259::pg_catalog.oid END, d.classid), coalesce(r.ev_class, d.objid), 0),
 i.type || ' ' || i.identity, i.schema
FROM pg_catalog.pg_depend d LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 2618 AND r.oid = d.objid AND r.rulename = '_RETURN',
 pg_catalog.pg_identify_object(d.refclassid, d.refobjid, 0) i
WHERE d.deptype IN ('n', 'a') AND d.objid >= (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = `+own+`)
 AND d.refobjid >= 16384 AND d.refclassid <> 2615 AND i.schema IN (`+strings.Join(names, ", ")+`)
 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.refclassid AND e.deptype = 'e'
  AND (e.objid = d.refobjid OR d.refclassid = 1247 AND e.objid = (SELECT y.typelem FROM pg_catalog.pg_type y WHERE y.oid = d.refobjid)))
 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')
ORDER BY 1, 2`).ReadAll()
	if err != nil {
		return err
	}
	for _, r := range results[0].Rows {
		user := s.said(string(r[0]))
		s.refuse(s.positionOf(user), user, "it refers to "+string(r[1])+", which is in the database but in no model and in no file of objects",
			"add it there, or refer to something else")
	}
	return nil
}

// readBack reads what was made.
func (s *scratch) readBack(ctx context.Context, version int) (*schema.Database, error) {
	o := introspect.Options{Objects: true, Privileges: s.privileges, Alias: s.alias}
	for _, own := range s.scratchOf {
		o.Schemas = append(o.Schemas, own)
	}
	slices.Sort(o.Schemas)
	if _, err := s.c.Exec(ctx, "SELECT "+emptyPath).ReadAll(); err != nil {
		return nil, err
	}
	k := newCatalog(version, o)
	pipeline := slices.DeleteFunc(firstPipeline(version, o), func(q query) bool { return q.name == "begin" || q.name == "settings" })
	if err := k.pipeline(ctx, s.c, pipeline); err != nil {
		return nil, err
	}
	all := &schema.Database{}
	k.buildEnums(all)
	k.buildUnmanaged(all)
	k.buildObjects(all)
	for _, u := range all.Unmanaged {
		// A view of an extension comes with it, as its functions do.
		if slices.Contains(s.schemas, u.Name.Schema) && u.Table.IsZero() && u.Kind != "extension member" && !strings.Contains(u.Kind, "privileges") {
			s.refuse(s.positionOf(u.Name.String()), u.Kind+" "+u.Name.String(), "gen does not manage objects of this kind", allowed)
		}
	}
	db := &schema.Database{}
	for _, e := range all.Enums {
		if s.want.Enum(e.Name) == nil {
			e.Pos = s.place(schema.Object{Kind: schema.KindComposite, Name: e.Name}, new(int))
			e.Was = s.formersOf(schema.Ref{Kind: schema.RefEnum, Name: e.Name})
			db.Enums = append(db.Enums, e)
		}
	}
	overloads := map[schema.Ref]*int{}
	for _, o := range all.Objects {
		if o.Kind == schema.KindExtension {
			var mine bool
			if o, mine = s.extension(o); !mine {
				continue
			}
		}
		n := schema.Ref{Kind: o.Kind, Name: o.Name}
		if overloads[n] == nil {
			overloads[n] = new(int)
		}
		o.Pos = s.place(o, overloads[n])
		o.Grants = nil // those of the role that made it here
		o.Was = s.formersOf(o.Ref())
		db.Objects = append(db.Objects, o)
	}
	s.checkDeclared(db)
	if s.privileges {
		if err := s.readAccess(ctx, k, db, version); err != nil {
			return nil, err
		}
	}
	db.Sort()
	return db, nil
}

// extension keeps of an installed extension what the files say: without a
// version in them the installed one is right, whichever it is.
func (s *scratch) extension(o schema.Object) (schema.Object, bool) {
	for _, d := range s.definitions {
		if d.kind != schema.KindExtension || d.made != o.Name.Local {
			continue
		}
		version, namespace := "", ""
		for i := range d.tokens[:len(d.tokens)-1] {
			switch {
			case d.is(i, "version"):
				version = d.tokens[i+1].text
			case d.is(i, "schema"):
				namespace = d.tokens[i+1].text
			}
		}
		var facets []schema.Option
		for _, f := range o.Facets {
			switch {
			case f.Name == "version" && version != "":
				f.Value = version
			case f.Name == "schema" && namespace != "":
				f.Value = namespace
			case !s.installed[o.Name.Local]:
				continue
			}
			facets = append(facets, f)
		}
		o.Facets = facets
		return o, true
	}
	return o, false
}
