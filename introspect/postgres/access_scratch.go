package postgres

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// An accessReader carries out in the scratch what files say of owners and
// privileges.
//
// Everything there belongs to who asks, as nobody else need be able to become
// the owners that the files name. So that the owner's privileges can be told
// from all others, the owner to be gets what an owner has as if by GRANT, and
// what who asks has is left out; where who asks is granted something by name, or
// is the owner to be, another role stands in for it.
//
// Before the statements run, everything has what the server would give it when
// its owner made it under the default privileges that the files say. These are
// not altered: GRANT and REVOKE run on a thing of the kind, made for that.
type accessReader struct {
	*scratch
	k       *catalog
	db      *schema.Database // what the files make; gets the access
	version int

	statements []*definition
	roles      map[string]string // name → as SQL writes it
	me         string            // as SQL writes it
	meName     string
	standIn    string
	owners     map[schema.Ref]string // by Key of the access: whose it is to be
	declared   map[schema.Ref]string // those of owners that files say
	room       string                // a schema for what stands for default privileges
	had        map[schema.Ref]string // owners in the database
}

func (s *scratch) readAccess(ctx context.Context, k *catalog, db *schema.Database, version int) error {
	r := &accessReader{scratch: s, k: k, db: db, version: version, owners: map[schema.Ref]string{}, declared: map[schema.Ref]string{}, had: map[schema.Ref]string{}}
	for _, d := range s.definitions {
		if d.access.kind != noAccess {
			r.statements = append(r.statements, d)
		}
	}
	if s.have != nil {
		for _, a := range s.have.Access {
			r.had[a.Key()] = a.Owner
		}
	}
	if _, err := s.c.Exec(ctx, "SELECT set_config('search_path', "+pg.Literal(s.strictPath)+", true)").ReadAll(); err != nil {
		return err
	}
	if err := r.readRoles(ctx); err != nil || len(s.errs) > 0 {
		return err
	}
	for _, step := range []func(context.Context) error{r.readOwners, r.readDefaults, r.setOut, r.run, r.result} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// readRoles learns who there is, and refuses roles that are not there.
func (r *accessReader) readRoles(ctx context.Context) error {
	rows, err := r.rows(ctx, `SELECT rolname, pg_catalog.quote_ident(rolname), rolname = current_user FROM pg_catalog.pg_roles ORDER BY rolname !~ '^pg_', rolname`)
	if err != nil {
		return err
	}
	r.roles = map[string]string{}
	named := map[string]bool{"pg_database_owner": true}
	for _, d := range r.statements {
		for _, t := range slices.Concat(d.access.roles, d.access.of) {
			named[t.text] = true
		}
	}
	for _, row := range rows {
		name := string(row[0])
		r.roles[name] = string(row[1])
		owns := false
		for _, owner := range r.had {
			owns = owns || owner == string(row[1])
		}
		switch {
		case string(row[2]) == "t":
			r.me, r.meName = string(row[1]), name
		case r.standIn == "" && !named[name] && !owns:
			r.standIn = string(row[1])
		}
	}
	for _, d := range r.statements {
		for _, t := range slices.Concat(d.access.roles, d.access.of) {
			if r.roles[t.text] == "" && !isPublic(t) {
				r.refuse(r.at(d, t), head(d.text, 40), `role "`+t.text+`" does not exist`, "create it on the server first: roles belong to all databases there, and gen does not make them")
			}
		}
		for _, t := range slices.Concat(d.access.schemas, d.access.in) {
			if r.scratchOf[t.text] == "" {
				r.refuse(r.at(d, t), head(d.text, 40), "schema "+t.text+" is not managed", "name it in schemas of gen.toml, or leave the statement to a revision")
			}
		}
	}
	return nil
}

// at is the position of a token of a statement.
func (r *accessReader) at(d *definition, t token) schema.Pos {
	for _, f := range r.files {
		if f.Path == d.pos.File {
			return position(introspect.SQLFile{Path: f.Path, Text: strings.TrimPrefix(f.Text, "\ufeff")}, t.begin)
		}
	}
	return d.pos
}

// grantee is a role in the words of the scratch.
func (r *accessReader) grantee(role string) string {
	if role == r.me {
		return r.standIn
	}
	return role
}

// rewritten is the statement from token i to the end with the roles and schemas
// that stand for those it names, and with(i) in place of what else is another.
func (r *accessReader) rewritten(d *definition, i int, other map[int]string) string {
	var b strings.Builder
	base, at := d.tokens[0].begin, d.tokens[i].begin
	for n := i; n < len(d.tokens); n++ {
		t := d.tokens[n]
		text, replaced := other[n]
		switch {
		case replaced:
		case slices.Contains(d.access.roles, t) && t.text == r.meName && !isPublic(t):
			text, replaced = r.standIn, true
		case slices.Contains(d.access.schemas, t):
			text, replaced = r.scratchOf[t.text], true
		}
		if replaced {
			b.WriteString(d.text[at-base:t.begin-base] + text)
			at = t.end
		}
	}
	b.WriteString(d.text[at-base:])
	return r.renamed(b.String())
}

// readOwners finds out what OWNER TO is about: what loses the privileges of an
// owner when they are revoked in its place.
func (r *accessReader) readOwners(ctx context.Context) error {
	targets := map[object]schema.Ref{}
	for _, t := range r.targets() {
		targets[t.self] = schema.Access{On: t.on, Of: t.of}.Key()
	}
	without, _, err := r.loses(ctx, "SELECT 1")
	if err != nil {
		return err
	}
	for _, d := range r.statements {
		if d.access.kind != ownerAccess {
			continue
		}
		grant, name := d.ownedAs()
		thing := d.text[d.tokens[name].begin-d.tokens[0].begin : d.tokens[d.access.owner].begin-d.tokens[0].begin]
		if grant == "SCHEMA" {
			thing = r.scratchOf[d.tokens[name].text]
		}
		thing = argumentsInOne(thing)
		lost, refused, err := r.loses(ctx, "REVOKE ALL ON "+grant+" "+r.renamed(thing)+" FROM "+r.me)
		if err != nil {
			return err
		}
		if refused != nil {
			r.refuse(d.pos, head(d.text, 40), r.scratch.said(refused.Message), r.scratch.said(refused.Hint))
			continue
		}
		role := r.roles[d.access.roles[0].text]
		found := false
		for _, self := range lost {
			key, ok := targets[self]
			if !ok || slices.Contains(without, self) {
				continue
			}
			found = true
			switch before := r.declared[key]; {
			case before != "" && before != role:
				r.refuse(d.pos, head(d.text, 40), "another statement gives it to "+before, "leave one of them out")
			case key.Kind == schema.RefSequence && !key.Table.IsZero():
				r.refuse(d.pos, head(d.text, 40), "the sequence of a column belongs to whom the table belongs to", "write ALTER TABLE "+key.Table.String()+" OWNER TO "+role)
			}
			r.declared[key] = role
		}
		if !found {
			r.refuse(d.pos, head(d.text, 40), "it is about nothing that the models or a file of objects have", "add it there, or leave the statement to a revision")
		}
	}
	return nil
}

// loses runs a REVOKE for a moment and says from what who asks has lost all.
func (r *accessReader) loses(ctx context.Context, sql string) (list []object, refused *pgconn.PgError, err error) {
	if _, err := r.c.Exec(ctx, "SAVEPOINT gen_owner").ReadAll(); err != nil {
		return nil, nil, err
	}
	if refused, err = r.try(ctx, sql); err != nil {
		return nil, nil, err
	}
	in := func(column string) string { return column + " = ANY (" + r.ownSchemas() + ")" }
	lacks := func(acl string) string {
		return " AND " + acl + " IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(" + acl + ") x JOIN pg_catalog.pg_roles u ON u.oid = x.grantee WHERE u.rolname = current_user)"
	}
	rows, err := r.rows(ctx, `SELECT 1259, c.oid FROM pg_catalog.pg_class c WHERE `+in("c.relnamespace")+lacks("c.relacl")+`
UNION ALL SELECT 1255, p.oid FROM pg_catalog.pg_proc p WHERE `+in("p.pronamespace")+lacks("p.proacl")+`
UNION ALL SELECT CASE WHEN t.typrelid <> 0 THEN 1259 ELSE 1247 END, CASE WHEN t.typrelid <> 0 THEN t.typrelid ELSE t.oid END
 FROM pg_catalog.pg_type t WHERE `+in("t.typnamespace")+lacks("t.typacl")+`
UNION ALL SELECT 2615, n.oid FROM pg_catalog.pg_namespace n WHERE `+in("n.oid")+lacks("n.nspacl"))
	if err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		list = append(list, addressOf(row))
	}
	_, err = r.c.Exec(ctx, "ROLLBACK TO SAVEPOINT gen_owner; RELEASE SAVEPOINT gen_owner").ReadAll()
	return list, refused, err
}

func addressOf(row [][]byte) object {
	class, _ := strconv.ParseUint(string(row[0]), 10, 32)
	id, _ := strconv.ParseUint(string(row[1]), 10, 32)
	return object{class: oid(class), id: oid(id)}
}

// ownSchemas are the oids of the scratch schemas as an array in SQL.
func (r *accessReader) ownSchemas() string {
	var names []string
	for _, own := range r.scratchOf {
		names = append(names, pg.Literal(own))
	}
	slices.Sort(names)
	return "ARRAY(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname IN (" + strings.Join(names, ", ") + "))"
}

func (r *accessReader) rows(ctx context.Context, sql string) ([][][]byte, error) {
	results, err := r.c.Exec(ctx, sql).ReadAll()
	if err != nil {
		return nil, err
	}
	return results[len(results)-1].Rows, nil
}

// argumentsInOne is the signature of an aggregate as GRANT takes it: direct
// arguments and those that are ordered by in one list, (*) as none.
func argumentsInOne(thing string) string {
	tokens := lex(thing)
	for i, t := range tokens {
		switch {
		case t.text == "*":
			return thing[:t.begin] + thing[t.end:]
		case t.kind == word && t.text == "order" && i > 0 && i+1 < len(tokens):
			between := ", "
			if tokens[i-1].is("(") {
				between = ""
			}
			return thing[:tokens[i-1].end] + between + thing[tokens[i+1].end:]
		}
	}
	return thing
}
