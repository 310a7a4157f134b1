package schema

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func shop() *Database {
	return &Database{
		Schemas: []Schema{{Name: "public"}},
		Tables: []Table{
			{Name: Name{"public", "orders"}, Columns: []Column{{Name: "id", Type: Type{Text: "bigint"}, NotNull: true}, {Name: "status", Type: Type{Text: "text"}, Default: "'open'::text"}},
				PrimaryKey: &PrimaryKey{Name: "orders_pkey", Derived: true, Columns: []string{"id"}},
				Checks:     []Check{{Name: "sane", Expr: "((id > 0) AND (status <> 'A b'::text))"}}},
			{Name: Name{"public", "users"}, Columns: []Column{{Name: "id", Type: Type{Text: "bigint"}}}},
		},
	}
}

func TestFingerprintIsTheSame(t *testing.T) {
	for name, change := range map[string]func(*Database){
		"other order of columns":           func(d *Database) { slices.Reverse(d.Tables[0].Columns) },
		"a name nobody chose":              func(d *Database) { d.Tables[0].PrimaryKey.Name = "pk_17" },
		"spaces, parentheses, casts, case": func(d *Database) { d.Tables[0].Checks[0].Expr = "id > 0 and (status)::character varying(10) <> 'A b'" },
		"positions":                        func(d *Database) { d.Tables[0].Pos = Pos{File: "a.go", Line: 3} },
		"what is not managed":              func(d *Database) { d.Unmanaged = []Object{{Kind: "view", Name: Name{"public", "v"}}} },
		"comment of a schema":              func(d *Database) { d.Schemas[0].Comment = "standard public schema" },
	} {
		t.Run(name, func(t *testing.T) {
			d := shop()
			change(d)
			if same, other, gone, err := FingerprintDiff(d, Fingerprint(shop())); !same || err != nil {
				t.Errorf("differs: %v, %d, %v", other, gone, err)
			}
		})
	}
}

func TestFingerprintDiffers(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Database)
		other  []string
		gone   int
	}{
		{"a column's type", func(d *Database) { d.Tables[0].Columns[0].Type.Text = "integer" }, []string{"table public.orders"}, 1},
		{"a literal", func(d *Database) { d.Tables[0].Checks[0].Expr = "id > 0 AND status <> 'a b'" }, []string{"table public.orders"}, 1},
		{"a name somebody chose", func(d *Database) { d.Tables[0].Checks[0].Name = "other" }, []string{"table public.orders"}, 1},
		{"a new table", func(d *Database) { d.Tables = append(d.Tables, Table{Name: Name{"public", "x"}}) }, []string{"table public.x"}, 0},
		{"a table is gone", func(d *Database) { d.Tables = d.Tables[:1] }, nil, 1},
		{"a default", func(d *Database) { d.Tables[0].Columns[1].Default = "" }, []string{"table public.orders"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := shop()
			c.change(d)
			same, other, gone, err := FingerprintDiff(d, Fingerprint(shop()))
			if same || gone != c.gone || err != nil || !cmp.Equal(other, c.other) {
				t.Errorf("got %t, %v, %d, %v", same, other, gone, err)
			}
		})
	}
	if _, _, _, err := FingerprintDiff(shop(), "9:zz"); err == nil {
		t.Error("a fingerprint of another form is taken")
	}
}
