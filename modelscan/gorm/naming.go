package gorm

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/jinzhu/inflection"
)

// A Naming is gorm's schema.NamingStrategy.
type Naming struct {
	TablePrefix         string
	SingularTable       bool
	NoLowerCase         bool
	IdentifierMaxLength int // 0: 64; the PostgreSQL driver makes that 63
	// Replacer are the arguments of strings.NewReplacer of NameReplacer: old,
	// new, old, new, …
	Replacer []string
}

// Table is the name of the table of a struct.
func (n Naming) Table(typeName string) string {
	if n.SingularTable {
		return n.TablePrefix + n.dbName(typeName)
	}
	return n.TablePrefix + inflection.Plural(n.dbName(typeName))
}

// Column is the name of the column of a field.
func (n Naming) Column(field string) string { return n.dbName(field) }

// JoinTable is the name of the table that many2many: names.
func (n Naming) JoinTable(name string) string {
	if !n.NoLowerCase && strings.ToLower(name) == name {
		return n.TablePrefix + name
	}
	return n.Table(name)
}

// ForeignKey is the name of a relation's foreign key.
func (n Naming) ForeignKey(table, relation string) string {
	return n.join("fk", table, n.dbName(relation))
}

// Check is the name of a column's check.
func (n Naming) Check(table, column string) string { return n.join("chk", table, column) }

// Index is the name of a field's index.
func (n Naming) Index(table, field string) string { return n.join("idx", table, n.dbName(field)) }

// Unique is the name of a column's unique constraint.
func (n Naming) Unique(table, column string) string { return n.join("uni", table, n.dbName(column)) }

// join makes one name of its parts; one that is too long ends in the first
// bytes of its hash.
func (n Naming) join(prefix, table, name string) string {
	whole := strings.ReplaceAll(prefix+"_"+table+"_"+name, ".", "_")
	limit := n.IdentifierMaxLength
	if limit == 0 {
		limit = 64
	}
	if utf8.RuneCountInString(whole) <= limit {
		return whole
	}
	sum := sha1.Sum([]byte(whole))
	return whole[:limit-8] + hex.EncodeToString(sum[:])[:8]
}

// initialisms are the words that GORM takes for one word in capitals. The
// order decides: the first that fits is taken, so HTTPS is HTTP and S.
var initialisms = []string{
	"API", "ASCII", "CPU", "CSS", "DNS", "EOF", "GUID", "HTML", "HTTP", "HTTPS", "ID", "IP", "JSON", "LHS", "QPS", "RAM", "RHS",
	"RPC", "SLA", "SMTP", "SSH", "TLS", "TTL", "UID", "UI", "UUID", "URI", "URL", "UTF8", "VM", "XML", "XSRF", "XSS",
}

// titled writes initialisms as words: UserID → UserId.
func titled(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); {
		rest, hit := name[i:], ""
		for _, word := range initialisms {
			if strings.HasPrefix(rest, word) {
				hit = word
				break
			}
		}
		if hit == "" {
			b.WriteByte(name[i])
			i++
			continue
		}
		b.WriteString(hit[:1] + strings.ToLower(hit[1:]))
		i += len(hit)
	}
	return b.String()
}

// dbName makes snake case of a Go name. Capitals are looked for in bytes and
// letters written as runes, as GORM does it; names that are not ASCII come out
// as oddly as they do there.
func (n Naming) dbName(name string) string {
	if len(n.Replacer) > 1 && name != "" {
		if replaced := strings.NewReplacer(n.Replacer[:len(n.Replacer)&^1]...).Replace(name); replaced != "" {
			name = replaced
		} else {
			return name
		}
	}
	if name == "" || n.NoLowerCase {
		return name
	}
	v := titled(name)
	upper := func(i int) bool { return v[i] >= 'A' && v[i] <= 'Z' }
	digit := func(i int) bool { return v[i] >= '0' && v[i] <= '9' }
	var b strings.Builder
	before, here := false, upper(0)
	end := len(v) - 1
	for i, r := range v[:end] {
		if here {
			inRun := before && (upper(i+1) || digit(i+1))
			if !inRun && i > 0 && v[i-1] != '_' && v[i+1] != '_' {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
		before, here = here, upper(i+1)
	}
	last := v[end]
	if here {
		if !before && len(v) > 1 {
			b.WriteByte('_')
		}
		last += 'a' - 'A'
	}
	b.WriteByte(last)
	return b.String()
}
