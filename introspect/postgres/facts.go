package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// facts are what the server knows about the names in want.
type facts struct {
	types      map[string]typeFact // by the text in want
	collations map[string][]schema.Name
	opclasses  []opclassFact
	methods    map[string]bool // of indexes
	storages   map[string]bool // access methods of tables
}

// A typeFact is a type that only the server could spell.
type typeFact struct {
	text      string
	ref       schema.Name
	storage   byte
	collation schema.Name // zero: not collatable
	refused   string      // the server's message
	hint      string
}

type opclassFact struct {
	method    string
	name      schema.Name
	input     string // type
	isDefault bool
}

// learn asks the server, in at most two round trips, for what want says and gen
// cannot tell by itself. Nothing to ask costs nothing.
func (w *canonizer) learn(ctx context.Context) error {
	w.facts = facts{types: map[string]typeFact{}, collations: map[string][]schema.Name{}, methods: map[string]bool{}, storages: map[string]bool{}}
	if err := w.learnTypes(ctx, w.unknownTypes()); err != nil {
		return err
	}
	collations, opclasses, methods := w.mentioned()
	if len(collations)+len(opclasses)+len(methods) == 0 {
		return nil
	}
	literals := func(list []string) string {
		quoted := make([]string, len(list))
		for i, s := range list {
			quoted[i] = pg.Literal(s)
		}
		return "(ARRAY[" + strings.Join(quoted, ",") + "]::text[])"
	}
	answers, err := run(ctx, w.c, []segment{
		{`SELECT n.nspname, c.collname FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
 WHERE c.collname = ANY ` + literals(collations) + ` AND c.collencoding IN (-1, (SELECT encoding FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))
 ORDER BY n.nspname = 'pg_catalog' DESC, 1`},
		{`SELECT a.amname, n.nspname, o.opcname, pg_catalog.format_type(o.opcintype, NULL), o.opcdefault
 FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am a ON a.oid = o.opcmethod JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
 WHERE o.opcname = ANY ` + literals(opclasses) + ` ORDER BY n.nspname = 'pg_catalog' DESC, 2`},
		{`SELECT amname, amtype = 'i' FROM pg_catalog.pg_am`},
	})
	if err != nil {
		return err
	}
	for _, a := range answers {
		if a.refused != nil {
			return a.refused
		}
	}
	for _, r := range answers[0].last() {
		local := string(r[1])
		w.facts.collations[local] = append(w.facts.collations[local], schema.Name{Schema: string(r[0]), Local: local})
	}
	for _, r := range answers[1].last() {
		w.facts.opclasses = append(w.facts.opclasses, opclassFact{
			method: string(r[0]), name: schema.Name{Schema: string(r[1]), Local: string(r[2])}, input: string(r[3]), isDefault: string(r[4]) == "t",
		})
	}
	for _, r := range answers[2].last() {
		of := w.facts.storages
		if string(r[1]) == "t" {
			of = w.facts.methods
		}
		of[string(r[0])] = true
	}
	return nil
}

// mentioned lists the names that only the server can resolve.
func (w *canonizer) mentioned() (collations, opclasses, methods []string) {
	key := func(method string, k *schema.IndexKey) {
		if !k.Collation.IsZero() {
			collations = append(collations, k.Collation.Local)
		}
		if !k.Opclass.IsZero() {
			opclasses = append(opclasses, k.Opclass.Local)
		}
		if !builtinMethods[method] {
			methods = append(methods, method)
		}
	}
	for i := range w.want.Tables {
		t := &w.want.Tables[i]
		if t.Method != "" {
			methods = append(methods, t.Method)
		}
		for j := range t.Columns {
			if c := &t.Columns[j]; !c.Collation.IsZero() {
				collations = append(collations, c.Collation.Local)
			}
		}
		for j := range t.Indexes {
			for n := range t.Indexes[j].Keys {
				key(t.Indexes[j].Method, &t.Indexes[j].Keys[n])
			}
		}
		for j := range t.Exclusions {
			for n := range t.Exclusions[j].Elements {
				key(t.Exclusions[j].Method, &t.Exclusions[j].Elements[n].Key)
			}
		}
	}
	for _, list := range []*[]string{&collations, &opclasses, &methods} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return collations, opclasses, methods
}

// builtinMethods are the index access methods every server has. The empty one
// becomes btree, or gist of an exclusion constraint.
var builtinMethods = map[string]bool{"": true, "btree": true, "hash": true, "gist": true, "spgist": true, "gin": true, "brin": true}

// unknownTypes are the texts of column types that gen cannot spell itself, and
// those of columns whose storage or collation has to be compared with the
// type's own.
func (w *canonizer) unknownTypes() []string {
	var list []string
	for i := range w.want.Tables {
		for j := range w.want.Tables[i].Columns {
			c := &w.want.Tables[i].Columns[j]
			if _, ok := w.enumType(c.Type); ok {
				continue
			}
			text, known, err := w.memo.parseType(c.Type.Text)
			if err == nil && (!known || c.Storage != "" || !c.Collation.IsZero()) {
				list = append(list, text)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// learnTypes lets the parser of the server read each type, in a statement that
// has no more than a null in it: NULL::t[] evaluates no check of a domain, and
// the description of an array does not replace a domain by its base type, as
// that of a scalar would. Where t is an array itself, t[] is the same as t.
func (w *canonizer) learnTypes(ctx context.Context, list []string) error {
	if len(list) == 0 {
		return nil
	}
	segments := make([]segment, len(list))
	for i, text := range list {
		if tokens := lex(text); !typeLike(tokens) {
			w.facts.types[text] = typeFact{refused: fmt.Sprintf("%q is not the name of a type", text)}
		} else {
			segments[i] = segment{"SELECT NULL::" + text + "[]"}
		}
	}
	answers, err := run(ctx, w.c, segments)
	if err != nil {
		return err
	}
	var oids []oid
	var mods []int32
	var asked []string
	for i, a := range answers {
		switch text := list[i]; {
		case segments[i] == nil:
		case a.refused != nil && a.refused.Code == undefinedObject && w.extensionComes():
			// Nothing can be asked about a type that comes with this very plan.
			w.facts.types[text] = typeFact{text: text}
			w.notes = append(w.notes, introspect.Note{Object: "type " + text, Text: "taken as it is written, as an extension comes with this plan"})
		case a.refused != nil:
			// The brackets are ours.
			w.facts.types[text] = typeFact{refused: strings.Replace(a.refused.Message, `[]"`, `"`, 1), hint: a.refused.Hint}
		default:
			f := a.results[0].fields[0]
			oids, mods, asked = append(oids, f.DataTypeOID), append(mods, f.TypeModifier), append(asked, text)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	return w.describeTypes(ctx, oids, mods, asked)
}

// extensionComes reports whether an extension is wanted that is not there yet.
func (w *canonizer) extensionComes() bool {
	return slices.ContainsFunc(w.want.Objects, func(o schema.Object) bool {
		return o.Kind == schema.KindExtension && w.have.Object(o.Ref()) == nil
	})
}

func (w *canonizer) describeTypes(ctx context.Context, arrays []oid, mods []int32, asked []string) error {
	answers, err := run(ctx, w.c, []segment{{
		`BEGIN READ ONLY`, `SELECT pg_catalog.set_config('search_path', '', true)`, fmt.Sprintf(`
SELECT pg_catalog.format_type(e.oid, q.m), n.nspname, e.typname, e.typstorage, cn.nspname, co.collname,
 EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 1247 AND d.objid = e.oid AND d.deptype = 'e')
FROM ROWS FROM (pg_catalog.unnest('%s'::pg_catalog.oid[]), pg_catalog.unnest('%s'::int4[])) WITH ORDINALITY AS q(t, m, n)
 JOIN pg_catalog.pg_type a ON a.oid = q.t JOIN pg_catalog.pg_type e ON e.oid = a.typelem JOIN pg_catalog.pg_namespace n ON n.oid = e.typnamespace
 LEFT JOIN pg_catalog.pg_collation co ON co.oid = e.typcollation LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
ORDER BY q.n`, numberArray(arrays), numberArray(mods))}, {`ROLLBACK`}})
	if err != nil {
		return err
	}
	if answers[0].refused != nil {
		return answers[0].refused
	}
	rows := answers[0].last()
	if len(rows) != len(asked) {
		return fmt.Errorf("the server describes %d of %d types", len(rows), len(asked))
	}
	for i, r := range rows {
		f := typeFact{text: string(r[0]), storage: r[3][0]}
		if strings.HasSuffix(asked[i], "]") {
			// t[][] is t[]: the element is what was asked for, as an array.
			f.text += "[]"
			f.storage = 'x'
		}
		if ns := string(r[1]); ns != "pg_catalog" && ns != "information_schema" && string(r[6]) == "f" {
			f.ref = schema.Name{Schema: ns, Local: string(r[2])}
		}
		if r[5] != nil {
			f.collation = schema.Name{Schema: string(r[4]), Local: string(r[5])}
		}
		w.facts.types[asked[i]] = f
	}
	return nil
}

// typeLike reports whether the tokens can be the name of one type, so that
// nothing else reaches the server in its place.
func typeLike(tokens []token) bool {
	depth := 0
	for _, t := range tokens {
		switch {
		case t.name(), t.kind == numeral:
		case t.kind == literal && depth > 0:
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case t.is("."), t.is("["), t.is("]"):
		case t.is(",") && depth > 0:
		default:
			return false
		}
		if depth < 0 {
			return false
		}
	}
	return depth == 0 && len(tokens) > 0 && tokens[0].name()
}
