package schema

import (
	"reflect"
	"testing"
)

func TestCloneIsEqual(t *testing.T) {
	for name, d := range map[string]*Database{"full": full(), "empty": {}, "empty lists": {Tables: []Table{{Columns: []Column{}}}, Enums: []Enum{}}} {
		if c := Clone(d); !reflect.DeepEqual(c, d) {
			t.Errorf("%s: the clone is not equal:\n%s", name, Format(c))
		}
	}
}

// A list or pointer that both have would let a change of one change the other.
func TestCloneSharesNothing(t *testing.T) {
	d := full()
	c := Clone(d)
	var theirs []uintptr
	visit("", reflect.ValueOf(d).Elem(), func(_ string, v reflect.Value) {
		if v.Kind() == reflect.Slice || v.Kind() == reflect.Pointer {
			theirs = append(theirs, v.Pointer())
		}
	})
	i := 0
	visit("Database", reflect.ValueOf(c).Elem(), func(path string, v reflect.Value) {
		if v.Kind() == reflect.Slice || v.Kind() == reflect.Pointer {
			if v.Pointer() == theirs[i] {
				t.Errorf("%s is shared", path)
			}
			i++
		}
	})
	if i < 40 {
		t.Fatalf("only %d lists and pointers were looked at", i)
	}
}
