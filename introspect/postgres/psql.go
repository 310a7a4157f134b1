package postgres

import (
	"fmt"
	"strings"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// A ScriptStatement is one statement of a file that psql would run.
type ScriptStatement struct {
	Pos   schema.Pos
	SQL   string   // without the semicolon
	Words []string // what it begins with, as far as it matters: ["create", "role"]
}

// Lasting says what of a statement outlives the database it runs in: roles,
// databases, tablespaces and settings of the server belong to all its databases.
// Empty: nothing that can be seen from its words.
func (s ScriptStatement) Lasting() string {
	w := strings.Join(s.Words, " ") + " "
	for _, l := range []struct{ begins, what string }{
		{"create role ", "a role"}, {"create user ", "a role"}, {"create group ", "a role"},
		{"alter role ", "a role"}, {"alter user ", "a role"}, {"alter group ", "a role"},
		{"drop role ", "a role"}, {"drop user ", "a role"}, {"drop group ", "a role"}, {"drop owned ", "what a role owns everywhere"},
		{"comment on role ", "a role"}, {"create tablespace ", "a tablespace"}, {"alter tablespace ", "a tablespace"},
		{"drop tablespace ", "a tablespace"}, {"comment on tablespace ", "a tablespace"}, {"alter system ", "a setting of the server"},
		{"create database ", "a database"}, {"alter database ", "a database"}, {"drop database ", "a database"}, {"comment on database ", "a database"},
	} {
		// A user mapping lies in the database.
		if strings.HasPrefix(w, l.begins) && !strings.HasPrefix(w[len(l.begins):], "mapping ") {
			return l.what
		}
	}
	if len(s.Words) > 0 && (s.Words[0] == "grant" || s.Words[0] == "revoke") {
		return s.lastingGrant()
	}
	return ""
}

// lastingGrant: GRANT without ON makes one role a member of another, and a
// database is named where there is one.
func (s ScriptStatement) lastingGrant() string {
	for i, w := range s.Words {
		switch {
		case w == "on" && i+1 < len(s.Words) && s.Words[i+1] == "database":
			return "a database"
		case w == "on" && i+1 < len(s.Words) && (s.Words[i+1] == "tablespace" || s.Words[i+1] == "parameter"):
			return "a " + s.Words[i+1]
		case w == "on":
			return ""
		}
	}
	return "the membership of a role"
}

// passedOver are psql's commands that change nothing in the database.
var passedOver = []string{"restrict", "unrestrict", "echo", "qecho", "warn", "encoding", "pset", "timing", "prompt", "t", "x", "a"}

// ReadScript cuts a file as psql does: statements, the rows behind COPY … FROM
// stdin, which are left out (they are no part of a schema), and psql's own
// commands. Those of pg_dump (\restrict) and those that only print are passed
// over; the others (\connect, \i, \gexec, \if) decide what psql does next, and
// are errors with their position.
func ReadScript(f introspect.SQLFile) ([]ScriptStatement, error) {
	f.Text = strings.TrimPrefix(f.Text, "\ufeff")
	r := scriptReader{file: f}
	for i := 0; ; {
		t, ok := lexNext(f.Text, i)
		switch {
		case !ok:
			r.end(len(f.Text))
			return r.list, nil
		case t.text == `\` && t.kind == mark:
			next, err := r.command(t.begin)
			if err != nil {
				return nil, err
			}
			i = next
		case t.unicode(f.Text):
			t = lexUnicode(f.Text, t.begin)
			fallthrough
		default:
			i = r.add(t)
		}
		if last := len(r.tokens) - 1; last >= 0 && r.tokens[last].kind == broken {
			return nil, fmt.Errorf("%s: a quote or comment that begins with %s is not closed", position(f, r.tokens[last].begin), head(r.tokens[last].text, 12))
		}
	}
}

type scriptReader struct {
	nesting
	file introspect.SQLFile
	list []ScriptStatement
	line int // of the last position, and where it is: files are long
	at   int
}

// add takes a token and returns where to read on.
func (r *scriptReader) add(t token) int {
	if !r.nesting.add(t) {
		return t.end
	}
	rows := r.copies()
	r.end(t.begin)
	if !rows {
		return t.end
	}
	r.list = r.list[:len(r.list)-1]
	return behindRows(r.file.Text, t.end)
}

// copies reports whether rows follow: COPY … FROM stdin.
func (r *scriptReader) copies() bool {
	if len(r.tokens) == 0 || r.tokens[0].text != "copy" || r.tokens[0].kind != word {
		return false
	}
	for i, t := range r.tokens[1:] {
		if t.kind == word && t.text == "stdin" && r.tokens[i].text == "from" {
			return true
		}
	}
	return false
}

// behindRows is the offset behind the line \. that ends the rows.
func behindRows(text string, i int) int {
	for i < len(text) {
		line := text[i:]
		next := len(text)
		if n := strings.IndexByte(line, '\n'); n >= 0 {
			line, next = line[:n], i+n+1
		}
		i = next
		if strings.TrimRight(line, "\r") == `\.` {
			break
		}
	}
	return i
}

func (r *scriptReader) end(offset int) {
	if len(r.tokens) > 0 {
		begin := r.tokens[0].begin
		s := ScriptStatement{Pos: r.position(begin), SQL: strings.TrimSpace(r.file.Text[begin:offset])}
		for _, t := range r.tokens {
			if t.kind == word {
				s.Words = append(s.Words, t.text)
			}
			if t.is("(") && s.Words[0] != "grant" && s.Words[0] != "revoke" || len(s.Words) == 200 {
				break
			}
		}
		r.list = append(r.list, s)
	}
	r.nesting = nesting{}
}

// position is that of an offset behind the one asked for before.
func (r *scriptReader) position(offset int) schema.Pos {
	r.line += strings.Count(r.file.Text[r.at:offset], "\n")
	r.at = offset
	return schema.Pos{File: r.file.Path, Line: r.line + 1, Col: offset - strings.LastIndexByte(r.file.Text[:offset], '\n')}
}

// command reads the command of psql at i and returns where its line ends.
func (r *scriptReader) command(i int) (int, error) {
	line, _, _ := strings.Cut(r.file.Text[i:], "\n")
	name := strings.TrimPrefix(strings.TrimRight(line, "\r"), `\`)
	if n := strings.IndexAny(name, " \t"); n >= 0 {
		name = name[:n]
	}
	for _, p := range passedOver {
		if name == p && len(r.tokens) == 0 {
			return i + len(line), nil
		}
	}
	if name == "set" && len(r.tokens) == 0 && strings.Contains(line, "ON_ERROR_STOP") {
		return i + len(line), nil
	}
	return 0, fmt.Errorf("%s: \\%s is a command of psql, not SQL: gen does not carry it out\n    hint: write what it does as SQL", r.position(i), name)
}
