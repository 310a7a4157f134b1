package gorm

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// A literal is a default that GORM has read and prints itself.
type literal struct {
	sql  string // as printed, except for text
	text string // of strings: the value
	str  bool
}

// print writes the literal. (GORM's SQLite driver writes texts in double
// quotes, which SQLite takes for texts where no column has that name.)
func (c *Config) print(l *literal) string {
	if !l.str {
		return l.sql
	}
	return c.quoted(l.text)
}

// quoted is a text in SQL. (logger.ExplainSQL)
func (c *Config) quoted(text string) string {
	quote := "''"
	if c.Dialect == "mysql" && !c.doublesQuotes() {
		quote = `\'`
	}
	return "'" + strings.ReplaceAll(text, "'", quote) + "'"
}

// unwritable reports whether a text has the quote that the driver writes
// around it, and so makes a statement that the server does not understand.
func (c *Config) unwritable(text string) bool {
	quote := map[string]string{"postgres": "'", "sqlite": `"`}[c.Dialect]
	return quote != "" && !c.doublesQuotes() && strings.Contains(text, quote)
}

const escapeHint = "GORM 1.25.6 and newer write it as the server reads it"

// rawDefault: texts that are SQL and are not read: calls, null, nothing.
func rawDefault(s string) bool {
	return strings.Contains(s, "(") && strings.Contains(s, ")") || strings.EqualFold(s, "null") || s == ""
}

// parseDefault reads the default as a value of the field's kind.
func (m *model) parseDefault(f *Field) {
	s := f.defaultText
	if !f.hasDefault || rawDefault(s) {
		return
	}
	var err error
	switch f.typ {
	case boolType:
		var v bool
		v, err = strconv.ParseBool(s)
		f.defaultValue = &literal{sql: strconv.FormatBool(v)}
	case intType:
		var v int64
		v, err = strconv.ParseInt(s, 0, 64)
		f.defaultValue = &literal{sql: strconv.FormatInt(v, 10)}
	case uintType:
		var v uint64
		v, err = strconv.ParseUint(s, 0, 64)
		f.defaultValue = &literal{sql: strconv.FormatUint(v, 10)}
	case floatType:
		var v float64
		v, err = strconv.ParseFloat(s, 64)
		digits := -1
		if !m.p.c.shortFloats() {
			digits = 6
		}
		f.defaultValue = &literal{sql: strconv.FormatFloat(v, 'f', digits, 64)}
	case stringType:
		f.defaultText = strings.Trim(strings.Trim(s, "'"), `"`)
		f.defaultValue = &literal{text: f.defaultText, str: true}
		if m.p.c.unwritable(f.defaultText) {
			m.fail(f, escapeHint, "default %s holds a quote that this version of GORM writes with a backslash: the migration fails", f.defaultText)
		}
	case timeType:
		m.timeDefault(f)
	}
	if err != nil {
		f.defaultValue = nil
		m.fail(f, "", "default %q is no %s: GORM refuses the model", s, f.typ)
	}
}

// dateForms are those of jinzhu/now that name a day and no zone; in
// programForms the day or the zone is left to the program.
var (
	dateForms = []string{
		"2006", "2006-1", "2006-1-2", "2006-1-2 15", "2006-1-2 15:4", "2006-1-2 15:4:5",
		"2006.1.2", "2006.1.2 15:04:05", "2006.01.02", "2006.01.02 15:04:05", "2006.01.02 15:04:05.999999999",
		"1/2/2006", "1/2/2006 15:4:5", "2006/01/02", "20060102", "2006/01/02 15:04:05", time.ANSIC,
	}
	programForms = []string{
		"1-2", "15:4:5", "15:4", "15", "15:4:5 Jan 2, 2006 MST", "2006-01-02 15:04:05.999999999 -0700 MST",
		"2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07", time.UnixDate, time.RubyDate, time.RFC822, time.RFC822Z, time.RFC850,
		time.RFC1123, time.RFC1123Z, time.RFC3339, time.RFC3339Nano, time.Kitchen, time.Stamp, time.StampMilli, time.StampMicro, time.StampNano,
	}
)

// timeDefault reads dates as jinzhu/now does. A time of day alone means one of
// the day the program runs, and a zone is brought to that of the machine:
// those cannot be known.
func (m *model) timeDefault(f *Field) {
	for _, form := range dateForms {
		if t, err := time.Parse(form, f.defaultText); err == nil {
			f.defaultValue = &literal{text: t.Format("2006-01-02 15:04:05.999"), str: true}
			return
		}
	}
	for _, form := range programForms {
		if _, err := time.Parse(form, f.defaultText); err == nil {
			m.fail(f, "write the whole date without a zone: default:2006-01-02 15:04:05",
				"default %s depends on the day and the time zone of the program that migrates", f.defaultText)
			return
		}
	}
}

// defaultSQL is what stands behind DEFAULT, or "".
func (c *Config) defaultSQL(f *Field) string {
	switch {
	case !f.hasDefault:
		return ""
	case f.defaultValue != nil:
		return c.print(f.defaultValue)
	case f.defaultText == "(-)":
		return ""
	}
	return f.defaultText
}

// problemText is an error with a fixed text.
func problemText(s string) error {
	if s == "" {
		s = "it is not known"
	}
	return errors.New(s)
}
