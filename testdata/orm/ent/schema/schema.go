// Package schema is what package migrate beside it is generated from:
//
//	go run -mod=mod entgo.io/ent/cmd/ent generate --target /tmp/ent ./schema
//
// of which migrate/schema.go is kept.
package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Kinds has a field of each type.
type Kinds struct{ ent.Schema }

// Fields of Kinds.
func (Kinds) Fields() []ent.Field {
	return []ent.Field{
		field.Bool("b"),
		field.Time("at"),
		field.Time("maybe").Optional().Nillable(),
		field.JSON("json", map[string]any{}),
		field.Strings("strs").Optional(),
		field.UUID("uid", uuid.UUID{}),
		field.Bytes("raw"),
		field.Bytes("small").MaxLen(20),
		field.Enum("colour").Values("red", "green"),
		field.String("s"),
		field.String("sized").MaxLen(30),
		field.Text("txt"),
		field.Int8("i8"), field.Int16("i16"), field.Int32("i32"), field.Int("i"), field.Int64("i64"),
		field.Uint8("u8"), field.Uint16("u16"), field.Uint32("u32"), field.Uint("u"), field.Uint64("u64"),
		field.Float32("f32"), field.Float("f64"),
		field.String("sensitive").Sensitive().Immutable(),
	}
}

// Defaults has a default of each form.
type Defaults struct{ ent.Schema }

// Fields of Defaults.
func (Defaults) Fields() []ent.Field {
	return []ent.Field{
		field.Bool("b").Default(true),
		field.Int("n").Default(-7),
		field.Float("f").Default(1.5),
		field.Float("whole").Default(3),
		field.String("s").Default("it's"),
		field.String("empty").Default(""),
		field.Enum("e").Values("a", "b").Default("b"),
		field.Time("now").Default(time.Now),
		field.Time("at").Annotations(entsql.Default("CURRENT_TIMESTAMP")),
		field.Time("expr").Annotations(entsql.DefaultExpr("CURRENT_TIMESTAMP")),
		field.String("func").Annotations(entsql.DefaultExpr("lower('ABC')")),
		field.String("each").Annotations(entsql.DefaultExprs(map[string]string{dialect.Postgres: "md5('x')", dialect.SQLite: "hex('x')"})),
		field.String("pgonly").Optional().Annotations(entsql.DefaultExprs(map[string]string{dialect.Postgres: "md5('x')"})),
		field.JSON("j", []string{}).Annotations(entsql.Default(`["a","it's"]`)),
		field.JSON("js", "").Annotations(entsql.Default(`"text"`)),
		field.UUID("id2", uuid.UUID{}).Annotations(entsql.Default("'b3f7a6f0-6f0a-4a94-9d2d-1d6b8c0f8a11'")),
	}
}

// Types says types of its own.
type Types struct{ ent.Schema }

// Fields of Types.
func (Types) Fields() []ent.Field {
	own := func(pg, lite string) map[string]string {
		return map[string]string{dialect.Postgres: pg, dialect.SQLite: lite}
	}
	return []ent.Field{
		field.String("vc").SchemaType(own("varchar(100)", "varchar(100)")),
		field.String("ch").SchemaType(own("CHAR(3)", "CHAR(3)")),
		field.String("txt").SchemaType(own("text", "clob")),
		field.Float("dec").SchemaType(own("numeric(10,2)", "decimal(10,2)")),
		field.Float("dec0").SchemaType(own("decimal(8,0)", "numeric")),
		field.Int("small").SchemaType(own("smallint", "int2")),
		field.Int("count").SchemaType(own("serial", "bigint")),
		field.Time("date").SchemaType(own("date", "date")),
		field.Time("ts3").SchemaType(own("timestamp(3)", "timestamp")),
		field.Time("ts6").SchemaType(own("timestamptz(6)", "datetime")),
		field.Other("inet", uuid.UUID{}).SchemaType(own("inet", "my type(5)")),
		field.JSON("json", map[string]any{}).SchemaType(own("json", "text")),
		field.String("arr").SchemaType(own("text[]", "text")),
		field.Int("only").SchemaType(map[string]string{dialect.MySQL: "tinyint"}),
	}
}

// User has edges of each kind, and an id that counts.
type User struct{ ent.Schema }

// Fields of User.
func (User) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").Comment("how to call them"),
		field.String("email").Unique(),
		field.String("nick").Optional().Unique(),
		field.Int("age").Min(0),
		field.Time("created_at").Default(time.Now),
	}
}

// Edges of User.
func (User) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("pets", Pet.Type),
		edge.To("friends", User.Type),
		edge.To("spouse", User.Type).Unique(),
		edge.To("card", Card.Type).Unique().Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.From("groups", Group.Type).Ref("users"),
		edge.To("followed", Card.Type).Through("follows", Follow.Type),
	}
}

// Indexes of User.
func (User) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("name", "age").Unique(),
		index.Fields("age"),
		index.Fields("name").Annotations(entsql.Desc()),
		index.Fields("created_at", "age").Annotations(entsql.DescColumns("created_at")).StorageKey("newest"),
		index.Fields("nick").Annotations(entsql.IndexWhere("nick is not null")).StorageKey("nicks"),
		index.Fields("email").Annotations(entsql.IncludeColumns("age")).StorageKey("covering"),
		index.Fields("age", "nick").Annotations(entsql.IndexTypes(map[string]string{dialect.Postgres: "BTREE", dialect.MySQL: "HASH"})).StorageKey("typed"),
		index.Fields("name").Annotations(entsql.IndexType("HASH")).StorageKey("hashed"),
		index.Fields("name", "nick").Annotations(entsql.OpClassColumn("name", "varchar_pattern_ops")).StorageKey("patterns"),
		index.Fields("name").Annotations(entsql.OpClass("text_pattern_ops")).StorageKey("pattern"),
		index.Fields("age", "name", "nick", "email").StorageKey("an_index_with_a_name_that_is_longer_than_sixty_three_bytes_in_all_dialects"),
	}
}

// Annotations of User.
func (User) Annotations() []schema.Annotation {
	yes := true
	return []schema.Annotation{
		entsql.WithComments(true),
		schema.Comment("who logs in"),
		entsql.Annotation{
			Incremental: &yes,
			Check:       "age >= 0",
			Checks:      map[string]string{"name_not_empty": "name <> ''", "age_sane": "age < 200 AND (age > -1)"},
			Charset:     "utf8mb4", Collation: "utf8mb4_bin", Options: "ENGINE = InnoDB",
		},
	}
}

// Pet belongs to a user, and counts from a number on.
type Pet struct{ ent.Schema }

// Fields of Pet.
func (Pet) Fields() []ent.Field {
	return []ent.Field{
		field.String("name").Annotations(entsql.Annotation{Collation: "C"}).SchemaType(map[string]string{dialect.SQLite: "text"}),
		field.Int("owner_id").Optional(),
	}
}

// Edges of Pet.
func (Pet) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("owner", User.Type).Ref("pets").Unique().Field("owner_id").Annotations(entsql.OnDelete(entsql.Restrict)),
	}
}

// Annotations of Pet.
func (Pet) Annotations() []schema.Annotation { return []schema.Annotation{entsql.IncrementStart(1000)} }

// Group has many users, and a table named by hand.
type Group struct{ ent.Schema }

// Fields of Group.
func (Group) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(uuid.New),
		field.String("name").StorageKey("Title").Unique(),
	}
}

// Edges of Group.
func (Group) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("users", User.Type),
		edge.To("parent_of_a_group_with_a_very_long_name_that_makes_a_symbol_too_long_for_all", Group.Type).Unique(),
	}
}

// Annotations of Group.
func (Group) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "Team"}}
}

// Card has a key of text.
type Card struct{ ent.Schema }

// Fields of Card.
func (Card) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").MaxLen(16).Unique(),
		field.Time("expires").Optional(),
		field.Int("serial_no").SchemaType(map[string]string{dialect.Postgres: "bigserial"}),
	}
}

// Edges of Card.
func (Card) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("owner", User.Type).Ref("card").Unique().Required(),
		edge.From("followers", User.Type).Ref("followed").Through("follows", Follow.Type),
	}
}

// Follow is an edge schema with a key of two columns.
type Follow struct{ ent.Schema }

// Annotations of Follow.
func (Follow) Annotations() []schema.Annotation {
	return []schema.Annotation{field.ID("user_id", "card_id")}
}

// Fields of Follow.
func (Follow) Fields() []ent.Field {
	return []ent.Field{
		field.Int("user_id"),
		field.String("card_id"),
		field.Int("weight").Default(1),
	}
}

// Edges of Follow.
func (Follow) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("user", User.Type).Unique().Required().Field("user_id"),
		edge.To("card", Card.Type).Unique().Required().Field("card_id"),
	}
}
