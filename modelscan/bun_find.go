package modelscan

import (
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// A BunSetup is how a program sets bun up, as far as its source says it in
// constants.
type BunSetup struct {
	// Models are the structs passed to NewCreateTable().Model, ResetModel and
	// WithModel, and behind them those of RegisterModel, "import/path.Type",
	// in the order of the calls. Nil where no table is created: what is
	// registered is not all there is.
	Models     []string
	Registered []string // passed to RegisterModel, in the order of the calls
	Packages   []string // of the models, as patterns for [Options.Patterns], sorted

	// ForeignKeys: all tables are created WithForeignKeys; ForeignKeysOf are
	// the models where only some are.
	ForeignKeys    bool
	ForeignKeysOf  []string
	Varchar        int
	SingularTables bool

	// Own are the tables in which bun's migrator keeps its books; nil: the
	// program does not import it.
	Own []string

	Guessed bool // of the caller: Models are what [BunModels] says

	// Unclear is what stands there and is not plain: somebody has to look.
	Unclear []Problem // sorted by position
}

// FindBun looks under dir for the calls that create tables with bun. Test
// files, and packages named migration(s) or archived, which hold models of the
// past, are passed over. Nothing is built or run.
func FindBun(ctx context.Context, dir string) (*BunSetup, error) {
	f, err := newGormFinder(dir)
	if err != nil {
		return nil, fmt.Errorf("finding models: %w", err)
	}
	b := &bunFinder{gormFinder: f, keyed: map[string]bool{}}
	if len(f.mentioning(`"github.com/uptrace/bun/migrate"`)) > 0 {
		b.own = []string{"bun_migrations", "bun_migration_locks"}
	}
	for _, d := range f.mentioning(`"github.com/uptrace/bun`) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("finding models: %w", err)
		}
		if p := f.pkg(d); p != nil && !f.past(p) {
			b.read(p)
		}
	}
	return b.setup(), nil
}

// A bunFinder is one search. How arguments are followed is the GORM finder's.
type bunFinder struct {
	*gormFinder
	created    []string
	registered []string
	keyed      map[string]bool // created with foreign keys
	varchars   []int           // one for each query
	singular   bool
	own        []string
}

func (b *bunFinder) setup() *BunSetup {
	s := &BunSetup{SingularTables: b.singular, Registered: b.registered, Own: b.own, Packages: b.out.Packages, Unclear: sortProblems(b.out.Unclear)}
	slices.Sort(s.Packages)
	if len(b.created) == 0 {
		s.Packages = nil
		return s
	}
	s.Models = slices.Clone(b.created)
	for _, m := range b.registered {
		if !slices.Contains(s.Models, m) {
			s.Models = append(s.Models, m)
		}
	}
	for _, m := range b.created {
		if b.keyed[m] {
			s.ForeignKeysOf = append(s.ForeignKeysOf, m)
		}
	}
	if len(s.ForeignKeysOf) == len(b.created) {
		s.ForeignKeys, s.ForeignKeysOf = true, nil
	}
	for _, n := range b.varchars {
		if n == b.varchars[0] {
			s.Varchar = n
			continue
		}
		s.Varchar = 0
		s.Unclear = append(s.Unclear, Problem{Text: "queries have different arguments of Varchar", Hint: `say the type in the tags: bun:",type:varchar(n)"`})
		break
	}
	return s
}

func (b *bunFinder) read(p *gormPkg) {
	for _, file := range p.files {
		if !importsBun(file) {
			continue
		}
		for _, d := range file.Decls {
			at := gormPlace{pkg: p, file: file}
			at.fn, _ = d.(*ast.FuncDecl)
			q := &bunQueries{b: b, at: at, seen: map[*ast.CallExpr]bool{}, builders: map[string]bool{}, keyed: map[string]bool{}}
			q.variables(d)
			ast.Inspect(d, q.node)
		}
	}
}

func importsBun(file *ast.File) bool {
	return slices.ContainsFunc(file.Imports, func(s *ast.ImportSpec) bool {
		return strings.HasPrefix(s.Path.Value, `"github.com/uptrace/bun/`) || s.Path.Value == `"github.com/uptrace/bun"`
	})
}

// bunQueries are the queries of one declaration.
type bunQueries struct {
	b        *bunFinder
	at       gormPlace
	seen     map[*ast.CallExpr]bool // part of a chain that was read
	builders map[string]bool        // variables that hold a NewCreateTable
	keyed    map[string]bool        // variables on which WithForeignKeys is called
}

// A link is one call of a chain a.X(…).Y(…).
type bunLink struct {
	name string
	call *ast.CallExpr
}

// pos is where the name of the call stands.
func (l bunLink) pos() token.Pos { return l.call.Fun.(*ast.SelectorExpr).Sel.Pos() }

// chain cuts a.X(…).Y(…) into its calls, the last first, and a.
func chain(x ast.Expr) (links []bunLink, root ast.Expr) {
	for {
		c, ok := ast.Unparen(x).(*ast.CallExpr)
		if !ok {
			return links, x
		}
		sel, ok := c.Fun.(*ast.SelectorExpr)
		if !ok {
			return links, x
		}
		links = append(links, bunLink{sel.Sel.Name, c})
		x = sel.X
	}
}

func named(links []bunLink, name string) *ast.CallExpr {
	for _, l := range links {
		if l.name == name {
			return l.call
		}
	}
	return nil
}

// variables notes the variables that queries are kept in.
func (q *bunQueries) variables(d ast.Decl) {
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if len(n.Lhs) != 1 || len(n.Rhs) != 1 {
				return true
			}
			id, ok := n.Lhs[0].(*ast.Ident)
			if links, _ := chain(n.Rhs[0]); ok && named(links, "NewCreateTable") != nil {
				q.builders[id.Name] = true
			}
		case *ast.CallExpr:
			links, root := chain(n)
			if id, ok := root.(*ast.Ident); ok && named(links, "WithForeignKeys") != nil {
				q.keyed[id.Name] = true
			}
		}
		return true
	})
}

func (q *bunQueries) node(n ast.Node) bool {
	assigned := ""
	if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == 1 && len(a.Rhs) == 1 {
		if id, ok := a.Lhs[0].(*ast.Ident); ok {
			assigned = id.Name
		}
		n = ast.Unparen(a.Rhs[0])
	}
	c, ok := n.(*ast.CallExpr)
	if !ok || q.seen[c] {
		return true
	}
	links, root := chain(c)
	for _, l := range links {
		q.seen[l.call] = true
	}
	id, _ := root.(*ast.Ident)
	if named(links, "NewCreateTable") != nil || id != nil && q.builders[id.Name] {
		q.create(links, q.keyed[assigned] || id != nil && q.keyed[id.Name])
		return true
	}
	if index := named(links, "NewCreateIndex"); index != nil {
		q.index(links)
		return true
	}
	for _, l := range links {
		q.call(l)
	}
	return true
}

// index points at an index that the program creates, with the directive that
// says it as far as its arguments are constants.
func (q *bunQueries) index(links []bunLink) {
	line := map[string]string{}
	var columns []string
	for _, l := range slices.Backward(links) {
		var args []string
		for _, a := range l.call.Args {
			text, ok := q.b.constant(a, q.at, token.STRING)
			if !ok {
				text = "…"
			}
			args = append(args, text)
		}
		switch l.name {
		case "Unique":
			line["unique"] = "unique "
		case "Index", "IndexExpr":
			line["name"] = strings.Join(args, " ") + " "
		case "Column", "ColumnExpr":
			columns = append(columns, args...)
		case "Using":
			line["using"] = "using " + strings.Join(args, " ") + " "
		case "Where":
			line["where"] = " where " + strings.Join(args, " ")
		}
	}
	q.b.unclear(links[0].pos(), "say it above the struct: //gen:"+line["unique"]+"index "+line["name"]+line["using"]+"("+strings.Join(columns, ", ")+")"+line["where"],
		"the index that is created here is not read")
}

// create reads NewCreateTable().Model(…).…
func (q *bunQueries) create(links []bunLink, keyed bool) {
	model := named(links, "Model")
	if model == nil || len(model.Args) != 1 || named(links, "Temp") != nil {
		return
	}
	models, ok := q.b.models(model.Args[0], false, q.at, 0)
	if !ok {
		q.b.unclear(model.Args[0].Pos(), "add what is passed here to models of [bun]", "which model is passed to Model cannot be read")
	}
	keyed = keyed || named(links, "WithForeignKeys") != nil
	q.b.add(&q.b.created, models)
	for _, m := range models {
		q.b.keyed[m] = q.b.keyed[m] || keyed
	}
	varchar := 0
	for _, l := range links {
		switch l.name {
		case "Varchar":
			n, ok := "", false
			if len(l.call.Args) == 1 {
				n, ok = q.b.constant(l.call.Args[0], q.at, token.INT)
			}
			if varchar, _ = strconv.Atoi(n); !ok {
				q.b.unclear(l.pos(), "write varchar into [bun]", "the argument of Varchar is no constant")
			}
		case "ForeignKey":
			q.b.unclear(l.pos(), "say it above the struct: //gen:fk (a) references b (c)", "the foreign key of ForeignKey(…) is not read")
		case "PartitionBy":
			q.b.unclear(l.pos(), "write the partitioned table into a revision by hand, and //gen:ignore above the struct", "PartitionBy(…) is not read")
		case "ColumnExpr", "ModelTableExpr", "TableExpr", "TableSpace":
			q.b.unclear(l.pos(), "say in gen tags what the table needs", "%s(…) is not read", l.name)
		}
	}
	q.b.varchars = append(q.b.varchars, varchar)
}

// call reads the calls that are no queries.
func (q *bunQueries) call(l bunLink) {
	sel := l.call.Fun.(*ast.SelectorExpr)
	pkg := ""
	if id, ok := sel.X.(*ast.Ident); ok {
		pkg = q.b.importOf(q.at, id.Name)
	}
	switch {
	case pkg != "" && strings.HasPrefix(l.name, "CreateTable") && q.b.imported(q.at, sel.X.(*ast.Ident).Name) == nil:
		q.elsewhere(l)
	case l.name == "RegisterModel":
		q.all(l.call, 0, &q.b.registered)
	case l.name == "ResetModel":
		q.all(l.call, 1, &q.b.created)
	case l.name == "WithModel" && pkg == "github.com/uptrace/bun/migrate":
		for _, m := range q.all(l.call, 0, &q.b.created) {
			q.b.keyed[m] = true
		}
	case (l.name == "WithTableName" || l.name == "WithLocksTableName") && pkg == "github.com/uptrace/bun/migrate" && len(l.call.Args) == 1:
		name, ok := q.b.constant(l.call.Args[0], q.at, token.STRING)
		if !ok {
			q.b.unclear(l.pos(), "add the table to ignore.tables", "the name of a table of bun's migrator is no constant")
			return
		}
		q.b.add(&q.b.own, []string{name})
	case l.name == "WithExcludeForeignKeys" && pkg == "github.com/uptrace/bun/migrate":
		q.b.unclear(l.pos(), "correct foreign_keys of [bun]", "foreign keys are left out here")
	case l.name == "SetTableNameInflector" && strings.HasPrefix(pkg, "github.com/uptrace/bun") && len(l.call.Args) == 1:
		switch {
		case returnsArgument(l.call.Args[0]):
			q.b.singular = true
		case !isPluralFunc(l.call.Args[0]):
			q.b.unclear(l.pos(), `name the tables in the tags: bun:"table:name"`, "SetTableNameInflector makes names of tables that cannot be read")
		}
	}
}

// elsewhere reads what is passed to a function of another module that creates
// tables, by its name.
func (q *bunQueries) elsewhere(l bunLink) {
	found := false
	for i, a := range l.call.Args {
		models, ok := q.b.models(a, l.call.Ellipsis.IsValid() && i == len(l.call.Args)-1, q.at, 0)
		if ok && len(models) > 0 {
			q.b.add(&q.b.created, models)
			found = true
		}
	}
	if found {
		q.b.unclear(l.pos(), "write foreign_keys = true into [bun] if it creates them WithForeignKeys", "what %s of another module does with its models is not seen", l.name)
	}
}

// all adds the models of the arguments from one on, and returns them.
func (q *bunQueries) all(c *ast.CallExpr, from int, to *[]string) []string {
	var list []string
	for i := from; i < len(c.Args); i++ {
		models, ok := q.b.models(c.Args[i], c.Ellipsis.IsValid() && i == len(c.Args)-1, q.at, 0)
		if !ok {
			q.b.unclear(c.Args[i].Pos(), "add what is passed here to models of [bun]", "which models are passed to %s cannot be read", c.Fun.(*ast.SelectorExpr).Sel.Name)
		}
		list = append(list, models...)
	}
	q.b.add(to, list)
	return list
}

func (b *bunFinder) add(to *[]string, models []string) {
	for _, m := range models {
		if !slices.Contains(*to, m) {
			*to = append(*to, m)
		}
	}
}

// returnsArgument reports whether a function is func(s string) string { return s }.
func returnsArgument(x ast.Expr) bool {
	fn, ok := x.(*ast.FuncLit)
	if !ok || len(fn.Body.List) != 1 || fn.Type.Params.NumFields() != 1 || len(fn.Type.Params.List[0].Names) != 1 {
		return false
	}
	ret, ok := fn.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	id, ok := ret.Results[0].(*ast.Ident)
	return ok && id.Name == fn.Type.Params.List[0].Names[0].Name
}

// isPluralFunc reports whether a function is inflection.Plural, which is what
// bun does anyway.
func isPluralFunc(x ast.Expr) bool {
	sel, ok := x.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	return ok && id.Name == "inflection" && sel.Sel.Name == "Plural"
}
