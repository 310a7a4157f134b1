package postgres

import (
	"fmt"
	"strconv"
	"strings"
)

// An oid identifies a row of a catalog.
type oid = uint32

// row reads the columns of one result row from left to right, in text format.
// The first value that cannot be read sets err; what follows is zero.
type row struct {
	values [][]byte
	at     int
	shared *shared
	err    error
}

// shared keeps one copy of what occurs again and again in the rows. Nobody may
// change the lists.
type shared struct {
	names  map[string]string
	shorts map[string][]int16
	oids   map[string][]oid
}

func newShared() *shared {
	return &shared{map[string]string{}, map[string][]int16{}, map[string][]oid{}}
}

// raw is the next column, nil for NULL. It is only valid until the next row.
func (r *row) raw() []byte {
	if r.at >= len(r.values) {
		r.err = fmt.Errorf("the row has only %d columns", len(r.values))
		return nil
	}
	v := r.values[r.at]
	r.at++
	return v
}

func (r *row) text() string { return string(r.raw()) }

// name is text that occurs again and again.
func (r *row) name() string {
	v := r.raw()
	s, ok := r.shared.names[string(v)]
	if !ok {
		s = string(v)
		r.shared.names[s] = s
	}
	return s
}

// shorts is an int2vector or an array of smallint; NULL is nil.
func (r *row) shorts() []int16 { return vector(r, r.shared.shorts) }

// oids is an oidvector or an array of oids; NULL is nil.
func (r *row) oids() []oid { return vector(r, r.shared.oids) }

func (r *row) bool() bool { v := r.raw(); return len(v) == 1 && v[0] == 't' }

// char is a column of type "char"; 0 for NULL and for the empty value.
func (r *row) char() byte {
	v := r.raw()
	if len(v) == 0 {
		return 0
	}
	return v[0]
}

func (r *row) oid() oid { return oid(r.int()) }

// int is a whole number; 0 for NULL.
func (r *row) int() int64 {
	v := r.raw()
	if v == nil {
		return 0
	}
	n, ok := number(v)
	if !ok {
		n, err := strconv.ParseInt(string(v), 10, 64)
		if err != nil {
			r.err = err
		}
		return n
	}
	return n
}

// intOr is int with a value for NULL.
func (r *row) intOr(null int64) int64 {
	if r.at < len(r.values) && r.values[r.at] == nil {
		r.at++
		return null
	}
	return r.int()
}

// number reads up to 18 digits without allocating.
func number(v []byte) (int64, bool) {
	negative := len(v) > 0 && v[0] == '-'
	digits := v
	if negative {
		digits = v[1:]
	}
	if len(digits) == 0 || len(digits) > 18 {
		return 0, false
	}
	var n int64
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}

// vector reads int2vector and oidvector ("1 2") and arrays of numbers ("{1,2}").
// NULL is nil. known are those read before.
func vector[T ~int16 | ~uint32](r *row, known map[string][]T) []T {
	v := r.raw()
	list, ok := known[string(v)]
	if ok {
		return list
	}
	start := -1
	for i := 0; i <= len(v); i++ {
		if i < len(v) && v[i] != ' ' && v[i] != ',' && v[i] != '{' && v[i] != '}' {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			n, ok := number(v[start:i])
			if !ok {
				r.err = fmt.Errorf("%q is not a list of numbers", v)
				return nil
			}
			list = append(list, T(n))
			start = -1
		}
	}
	known[string(v)] = list
	return list
}

// texts reads text[]; NULL is nil. Elements that are NULL do not occur in
// catalogs.
func (r *row) texts() []string {
	v := r.raw()
	if v == nil {
		return nil
	}
	list, err := parseArray(string(v))
	if err != nil {
		r.err = err
	}
	return list
}

// parseArray reads a one-dimensional array literal (manual, §8.15.6).
func parseArray(s string) ([]string, error) {
	body, opened := strings.CutPrefix(s, "{")
	body, closed := strings.CutSuffix(body, "}")
	if !opened || !closed {
		return nil, fmt.Errorf("%q is not an array", s)
	}
	list := []string{}
	var b strings.Builder
	for i := 0; i < len(body); {
		b.Reset()
		if body[i] == '"' {
			for i++; i < len(body) && body[i] != '"'; i++ {
				if body[i] == '\\' {
					i++
				}
				b.WriteByte(body[i])
			}
			i++
		} else {
			for ; i < len(body) && body[i] != ','; i++ {
				if body[i] == '\\' {
					i++
				}
				b.WriteByte(body[i])
			}
		}
		list = append(list, b.String())
		i++ // the comma
	}
	return list, nil
}

// textArray is the array literal of the values.
func textArray(values []string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		b.WriteString(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v))
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String()
}

// numberArray is the array literal of the numbers.
func numberArray[T ~int32 | ~uint32](values []T) string {
	b := []byte{'{'}
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(v), 10)
	}
	return string(append(b, '}'))
}
