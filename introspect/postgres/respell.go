package postgres

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// Respell puts the objects of other, a database on a server of another major
// version, in the words of c's server: the definition, and what is an expression
// beside it, the checks and the default of a domain and the defaults of a view's
// columns. They are made from their definitions as [Objects] makes files.
//
// The error joins a [*introspect.WantError] for each object that this server
// does not take, by its name: it cannot be compared.
func Respell(ctx context.Context, c *pgx.Conn, other *schema.Database, o introspect.Options) error {
	version, err := serverVersion(ctx, c.PgConn())
	if err != nil {
		return err
	}
	var files []introspect.SQLFile
	var refused []error
	of := map[string]string{} // path → object
	for _, object := range other.Objects {
		text, fault := definitionOn(object, version)
		if fault != "" {
			refused = append(refused, &introspect.WantError{Object: object.Ref().String(), Text: fault})
		}
		if text == "" || fault != "" {
			continue
		}
		files = append(files, introspect.SQLFile{Path: object.Ref().String(), Text: text})
		of[object.Ref().String()] = object.Ref().String()
	}
	if len(refused) > 0 || len(files) == 0 {
		return errors.Join(refused...)
	}
	read, err := Objects(ctx, c, other, nil, files, o)
	if err != nil {
		return byObject(err, of)
	}
	for i := range other.Objects {
		object := &other.Objects[i]
		said := read.Object(object.Ref())
		if said == nil || object.Kind == schema.KindExtension {
			continue
		}
		object.SQL, object.Shape = said.SQL, said.Shape
		for n, f := range object.Facets {
			if at := slices.IndexFunc(said.Facets, func(s schema.Option) bool { return s.Name == f.Name }); at >= 0 && expressionFacet(*object, f) != "" {
				object.Facets[n].Value = said.Facets[at].Value
			}
		}
	}
	return nil
}

// definitionOn are the statements that make the object on a server of that
// version. fault is what it has that the server has not.
func definitionOn(o schema.Object, version int) (text, fault string) {
	if o.SQL == "" {
		return "", ""
	}
	sql := o.SQL
	if o.Kind == schema.KindRange && version < 140000 {
		if sql, fault = withoutMultirange(o); fault != "" {
			return "", fault
		}
	}
	if o.Kind == schema.KindExtension {
		sql = strings.Replace(sql, "CREATE EXTENSION ", "CREATE EXTENSION IF NOT EXISTS ", 1)
	}
	text = sql + ";\n"
	for _, f := range o.Facets {
		text += expressionFacet(o, f)
	}
	return text, ""
}

// expressionFacet is the statement that sets a facet that has an expression;
// empty for one that has none.
func expressionFacet(o schema.Object, f schema.Option) string {
	name, check := strings.CutPrefix(f.Name, "check ")
	column, ofColumn := strings.CutPrefix(f.Name, "default ")
	switch {
	case o.Kind == schema.KindDomain && check:
		return "ALTER DOMAIN " + pg.QName(o.Name) + " ADD CONSTRAINT " + pg.Ident(name) + " " + f.Value + ";\n"
	case o.Kind == schema.KindDomain && f.Name == "default":
		return "ALTER DOMAIN " + pg.QName(o.Name) + " SET DEFAULT " + f.Value + ";\n"
	case o.Kind == schema.KindView && ofColumn:
		return "ALTER VIEW " + pg.QName(o.Name) + " ALTER COLUMN " + column + " SET DEFAULT " + f.Value + ";\n"
	}
	return ""
}

// withoutMultirange is the range type as a server before PostgreSQL 14 makes it.
// One whose multirange has a name that somebody chose has no like there.
func withoutMultirange(o schema.Object) (sql, fault string) {
	sql, rest, _ := strings.Cut(o.SQL, ", MULTIRANGE_TYPE_NAME = ")
	chosen := o.Name
	chosen.Local = multirangeOf(o.Name.Local)
	if rest != "" && rest != pg.QName(chosen)+")" {
		return "", "its multirange type " + strings.TrimSuffix(rest, ")") + " has a name of its own, and multirange types came with PostgreSQL 14"
	}
	if rest != "" {
		sql += ")"
	}
	return sql, ""
}

// multirangeOf is the name that the server gives the multirange of a range type
// (makeMultirangeTypeName in PostgreSQL's typecmds.c).
func multirangeOf(name string) string {
	before, after, found := strings.Cut(name, "range")
	if !found {
		return pg.DerivedName(name, "", "multirange")
	}
	return pg.Truncate(before + "multirange" + after)
}

// byObject tells of each object what the server said of its statement: where
// that stands in the text that was sent is of no use to anybody.
func byObject(err error, of map[string]string) error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return err
	}
	var list []error
	for _, e := range joined.Unwrap() {
		var refused *introspect.WantError
		if errors.As(e, &refused) && of[refused.Pos.File] != "" {
			e = &introspect.WantError{Object: of[refused.Pos.File], Text: refused.Text, Hint: refused.Hint}
		}
		list = append(list, e)
	}
	return errors.Join(list...)
}

// ExtensionVersions looks whether the plan can give extensions the versions
// that another server has. Where this one cannot, want gets the version that have
// has (none where it is new), and a note tells of it.
func ExtensionVersions(ctx context.Context, c *pgx.Conn, want, have *schema.Database) (notes []introspect.Note, err error) {
	for i := range want.Objects {
		o := &want.Objects[i]
		at := slices.IndexFunc(o.Facets, func(f schema.Option) bool { return f.Name == "version" })
		if o.Kind != schema.KindExtension || at < 0 {
			continue
		}
		to, from, can := o.Facets[at].Value, "", false
		if h := have.Object(o.Ref()); h != nil {
			for _, f := range h.Facets {
				if f.Name == "version" {
					from = f.Value
				}
			}
		}
		switch {
		case from == to:
			continue
		case from != "":
			err = c.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_catalog.pg_extension_update_paths($1) WHERE source = $2 AND target = $3 AND path IS NOT NULL)`, o.Name.Local, from, to).Scan(&can)
		default:
			err = c.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_catalog.pg_available_extension_versions WHERE name = $1 AND version = $2)`, o.Name.Local, to).Scan(&can)
		}
		if err != nil {
			return nil, err
		}
		if can {
			continue
		}
		if from == "" {
			o.Facets = slices.Delete(slices.Clone(o.Facets), at, at+1)
			notes = append(notes, introspect.Note{Object: o.Ref().String(), Text: "version " + to + " is not to be had on the server of --from: the one that it has by itself is made"})
			continue
		}
		o.Facets = slices.Clone(o.Facets)
		o.Facets[at].Value = from
		notes = append(notes, introspect.Note{Object: o.Ref().String(), Text: "version " + from + " at --from, " + to + " at --to; the server of --from has no way from one to the other"})
	}
	return notes, nil
}
