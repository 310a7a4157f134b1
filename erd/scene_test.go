package erd

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// shop is a small schema with a bit of everything that is drawn.
func shop() *schema.Database {
	name := func(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }
	typ := func(text string) schema.Type { return schema.Type{Text: text} }
	one := 1
	db := &schema.Database{
		Schemas:   []schema.Schema{{Name: "audit"}, {Name: "public"}},
		Enums:     []schema.Enum{{Name: name("order_status"), Values: []string{"new", "paid", "it's gone"}}},
		Sequences: []schema.Sequence{{Name: name("numbers")}},
		Objects:   []schema.Object{{Kind: schema.KindView, Name: name("open_orders")}, {Kind: schema.KindPolicy, Name: name("own"), Table: name("users")}},
		Tables: []schema.Table{
			{
				Name: name("users"), Comment: "people who may log in",
				Columns: []schema.Column{
					{Name: "id", Type: typ("bigint"), NotNull: true, Identity: &schema.Identity{}},
					{Name: "email", Type: typ("character varying(320)"), NotNull: true, Statistics: &one, Pos: schema.Pos{File: "models/user.go", Line: 14, Col: 2, Sym: "User.Email"}},
					{Name: "boss_id", Type: typ("bigint"), Comment: "who decides"},
					{Name: "seen", Type: typ("timestamp(3) with time zone")},
				},
				PrimaryKey:  &schema.PrimaryKey{Columns: []string{"id"}},
				Uniques:     []schema.Unique{{Name: "users_email_key", Columns: []string{"email"}}},
				ForeignKeys: []schema.ForeignKey{{Name: "users_boss_id_fkey", Columns: []string{"boss_id"}, RefTable: name("users"), RefColumns: []string{"id"}, OnDelete: schema.SetNull}},
			},
			{
				Name: name("profiles"),
				Columns: []schema.Column{
					{Name: "user_id", Type: typ("bigint"), NotNull: true},
					{Name: "bio", Type: typ("text"), NotNull: true, Default: "''::text"},
				},
				PrimaryKey:  &schema.PrimaryKey{Columns: []string{"user_id"}},
				ForeignKeys: []schema.ForeignKey{{Name: "profiles_user_id_fkey", Columns: []string{"user_id"}, RefTable: name("users"), OnDelete: schema.Cascade}},
			},
			{
				Name: name("orders"), PartitionBy: "RANGE (at)",
				Columns: []schema.Column{
					{Name: "id", Type: typ("bigint"), NotNull: true},
					{Name: "at", Type: typ("timestamp with time zone"), NotNull: true},
					{Name: "user_id", Type: typ("bigint"), NotNull: true},
					{Name: "status", Type: schema.Type{Text: "public.order_status", Ref: name("order_status")}, NotNull: true},
					{Name: "seller", Type: typ("bigint")},
				},
				PrimaryKey: &schema.PrimaryKey{Columns: []string{"id", "at"}},
				ForeignKeys: []schema.ForeignKey{
					{Name: "orders_user_id_fkey", Columns: []string{"user_id"}, RefTable: name("users"), RefColumns: []string{"id"}},
					{Name: "orders_seller_fkey", Columns: []string{"seller"}, RefTable: name("users"), RefColumns: []string{"id"}, NotValid: true},
				},
			},
			{Name: name("orders_2025"), PartitionOf: &schema.Partition{Parent: name("orders"), Bound: "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"}},
			{
				Name: name("orders_2026"), PartitionBy: "LIST (status)", PartitionOf: &schema.Partition{Parent: name("orders"), Bound: "DEFAULT"},
				Columns:     []schema.Column{{Name: "user_id", Type: typ("bigint"), Inherited: true}},
				ForeignKeys: []schema.ForeignKey{{Name: "own", Columns: []string{"user_id"}, RefTable: schema.Name{Schema: "audit", Local: "log"}, RefColumns: []string{"id"}}},
			},
			{Name: name("orders_2026_new"), PartitionOf: &schema.Partition{Parent: name("orders_2026"), Bound: "FOR VALUES IN ('new')"}},
			{
				Name:       schema.Name{Schema: "audit", Local: "log"},
				Columns:    []schema.Column{{Name: "id", Type: typ("bigint"), NotNull: true}, {Name: "what", Type: typ("jsonb")}},
				PrimaryKey: &schema.PrimaryKey{Columns: []string{"id"}},
			},
			{
				Name:     schema.Name{Schema: "audit", Local: "log_of_logins"},
				Columns:  []schema.Column{{Name: "id", Type: typ("bigint"), NotNull: true, Inherited: true}, {Name: "ip", Type: typ("inet")}},
				Inherits: []schema.Name{{Schema: "audit", Local: "log"}},
			},
			{Name: name("settings"), Columns: []schema.Column{{Name: "key", Type: typ("text"), NotNull: true}, {Name: "value", Type: typ("text")}}},
		},
	}
	db.Sort()
	return db
}

// odd is names nobody should give, and everybody may.
func odd() *schema.Database {
	n := func(s string) schema.Name { return schema.Name{Schema: "pub lic", Local: s} }
	names := []string{"<script>alert(1)</script>", `say "hi"`, "100% 'sure'", "back\\slash", "line\nbreak", "pk", "direction LR", "表と列", "end\x00\x1b[31m", "\u202eevil", "%%{init: {}}%%",
		"a_very_long_name_that_postgresql_takes_up_to_sixty_three_bytes_"}
	db := &schema.Database{Schemas: []schema.Schema{{Name: "pub lic"}}}
	for i, s := range names {
		t := schema.Table{Name: n(s), Comment: "</title><script>x</script>", PrimaryKey: &schema.PrimaryKey{Columns: []string{s}}}
		for _, c := range names {
			t.Columns = append(t.Columns, schema.Column{Name: c, Type: schema.Type{Text: "numeric(10,2)"}, NotNull: c == s, Default: "'&lt;'"})
		}
		t.ForeignKeys = []schema.ForeignKey{{Name: s, Columns: []string{names[0]}, RefTable: n(names[(i+1)%len(names)]), RefColumns: []string{names[(i+1)%len(names)]}}}
		db.Tables = append(db.Tables, t)
	}
	db.Enums = []schema.Enum{{Name: n("<b>"), Values: []string{"]]>", "-->", "&"}}}
	db.Sort()
	return db
}

// large is a schema as they grow: few tables everybody refers to, modules, tables
// between two others, and some that are alone.
func large(tables int) *schema.Database {
	r := rand.New(rand.NewPCG(1, uint64(tables)))
	db := &schema.Database{}
	schemas := []string{"public", "billing", "crm", "audit"}
	types := []string{"bigint", "text", "character varying(255)", "timestamp with time zone", "jsonb", "boolean", "numeric(12,2)"}
	var names []schema.Name
	for i := range tables {
		t := schema.Table{
			Name:       schema.Name{Schema: schemas[min(i*5/max(tables, 1), 3)], Local: fmt.Sprintf("table_%03d", i)},
			Columns:    []schema.Column{{Name: "id", Type: schema.Type{Text: "bigint"}, NotNull: true}},
			PrimaryKey: &schema.PrimaryKey{Columns: []string{"id"}},
		}
		for c := range 2 + r.IntN(12) {
			t.Columns = append(t.Columns, schema.Column{Name: fmt.Sprintf("column_%d", c), Type: schema.Type{Text: types[r.IntN(len(types))]}, NotNull: r.IntN(2) == 0})
		}
		if i > 0 && r.IntN(10) > 0 {
			for k := range 1 + r.IntN(3) {
				to := r.IntN(i)
				switch r.IntN(3) {
				case 0:
					to = r.IntN(min(i, 4)) // everybody refers to these
				case 1:
					to = max(0, i-1-r.IntN(8)) // the same module
				}
				column := fmt.Sprintf("ref_%d_id", k)
				t.Columns = append(t.Columns, schema.Column{Name: column, Type: schema.Type{Text: "bigint"}, NotNull: r.IntN(2) == 0})
				t.ForeignKeys = append(t.ForeignKeys, schema.ForeignKey{Name: fmt.Sprintf("fk_%d_%d", i, k), Columns: []string{column}, RefTable: names[to], RefColumns: []string{"id"}})
			}
		}
		names = append(names, t.Name)
		db.Tables = append(db.Tables, t)
	}
	if tables > 10 { // ways round
		for _, i := range []int{2, 5} {
			t := &db.Tables[i]
			t.Columns = append(t.Columns, schema.Column{Name: "last_id", Type: schema.Type{Text: "bigint"}})
			t.ForeignKeys = append(t.ForeignKeys, schema.ForeignKey{Name: "last", Columns: []string{"last_id"}, RefTable: names[tables-1-i], RefColumns: []string{"id"}})
		}
	}
	db.Sort()
	return db
}

// shuffled is the database with its lists in another order.
func shuffled(db *schema.Database, seed uint64) *schema.Database {
	r := rand.New(rand.NewPCG(seed, 0))
	out := *db
	out.Tables, out.Enums = slices.Clone(db.Tables), slices.Clone(db.Enums)
	r.Shuffle(len(out.Tables), func(i, j int) { out.Tables[i], out.Tables[j] = out.Tables[j], out.Tables[i] })
	r.Shuffle(len(out.Enums), func(i, j int) { out.Enums[i], out.Enums[j] = out.Enums[j], out.Enums[i] })
	return &out
}
