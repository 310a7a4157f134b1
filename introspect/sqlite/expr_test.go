package sqlite

import (
	"testing"
)

func TestNormal(t *testing.T) {
	s := newScope("Orders", []string{"a", "b", "Full Name", "status", "key", "end"})
	tests := []struct{ in, want string }{
		{"a>0 and B<1", "a > 0 AND b < 1"},
		{"((a))", "a"},
		{"(a) + (b)", "(a) + (b)"},
		{"a!=1 or b==2", "a <> 1 OR b = 2"},
		{`"a" = [b]`, "a = b"},
		{`"full name" <> ''`, `"Full Name" <> ''`},
		{`status in("new" , 'it''s')`, "status IN ('new', 'it''s')"},
		{`orders.a > "orders".b`, "a > b"},
		{"a isnull or b notnull or a not null", "a IS NULL OR b IS NOT NULL OR a IS NOT NULL"},
		{"not a is not null", "NOT a IS NOT NULL"},
		{"a between - 1 and +2", "a BETWEEN -1 AND +2"},
		{"- -a", "- -a"},
		{"- - -1", "- - -1"},
		{"a- -1", "a - -1"},
		{"~a & 0XFF", "~a & 0xff"},
		{"Length ( a )>1.5E3", "length(a) > 1.5e3"},
		{"count ( * )", "count(*)"},
		{"case when a then b else null end", "CASE WHEN a THEN b ELSE NULL END"},
		{"cast(a as VARCHAR ( 10 ))", "CAST(a AS varchar(10))"},
		{"a collate NoCase = b collate Mine", "a COLLATE NOCASE = b COLLATE mine"},
		{"a like 'x%' escape '\\'", `a LIKE 'x%' ESCAPE '\'`},
		{"a not like(b)", "a NOT LIKE (b)"},
		{"like('x', a)", "like('x', a)"},
		{"a->>'$.x' || b -> 1", "a ->> '$.x' || b -> 1"},
		{"current_timestamp", "CURRENT_TIMESTAMP"},
		{"x'AbCd'", "x'abcd'"},
		{"a is true", "a IS TRUE"},
		{"key > 1", `"key" > 1`},
		{"\"end\" > 1", `"end" > 1`},
		{"a /* why */ > 0 -- because", "a > 0"},
		{"rowid > 0", "rowid > 0"},
		{`"rowid" > 0`, "rowid > 0"},
		{"exists (select 1)", "EXISTS (SELECT 1)"},
	}
	for _, tt := range tests {
		got, err := s.normalText(tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.in, got, tt.want)
		}
		if again, _ := s.normalText(got); again != got {
			t.Errorf("%s: the normal form %s has another: %s", tt.in, got, again)
		}
	}
}

func TestNormalUnreadable(t *testing.T) {
	for _, in := range []string{"'open", `"open`, "[open", "a ^ b", "x'0g'", "x'00"} {
		if got, err := newScope("t", nil).normalText(in); err == nil {
			t.Errorf("%s: got %s, want an error", in, got)
		}
	}
}

func FuzzNormal(f *testing.F) {
	for _, s := range []string{"a>0", "- -1", `"x".y`, "a notnull", "cast(a as int)", "((", "not not null", "a collate x", "orders.orders.a"} {
		f.Add(s)
	}
	s := newScope("orders", []string{"a", "b c"})
	f.Fuzz(func(t *testing.T, in string) {
		got, err := s.normalText(in)
		if err != nil {
			return
		}
		again, err := s.normalText(got)
		if err != nil {
			t.Fatalf("%q: the normal form %q cannot be read: %v", in, got, err)
		}
		third, _ := s.normalText(again)
		if third != again {
			t.Errorf("%q: %q, then %q, then %q", in, got, again, third)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`CREATE TABLE t (a int PRIMARY KEY DESC ON CONFLICT FAIL AUTOINCREMENT, b AS (a) STORED, CONSTRAINT x CHECK (a) ON CONFLICT ABORT) STRICT, WITHOUT ROWID`,
		`CREATE TABLE t (a REFERENCES t (b) ON DELETE SET NULL MATCH FULL DEFERRABLE, FOREIGN KEY (a) REFERENCES t, UNIQUE (a COLLATE x DESC))`,
		`CREATE UNIQUE INDEX i ON t (a COLLATE x DESC, b + 1) WHERE a > 0`,
		`CREATE TABLE t (FOREIGN KEY`, `CREATE TABLE t (a, FOREIGN KEY () REFERENCES t)`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		table, _, err := readTable("t", sql)
		if err == nil && len(table.Columns) == 0 {
			t.Errorf("%q: a table without columns", sql)
		}
		readIndex("i", sql, &table)
	})
}
