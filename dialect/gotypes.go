package dialect

// A GoKind is what a Go type holds, as far as the choice of a column type
// goes. Named types have the kind of what they are built on.
type GoKind int

const (
	GoNone GoKind = iota // nothing that a column type follows from
	GoBool
	GoInt8
	GoInt16
	GoInt32
	GoInt64 // and int
	GoUint8
	GoUint16
	GoUint32
	GoUint64 // and uint
	GoFloat32
	GoFloat64
	GoString
	GoBytes
	GoTime      // a point in time: time.Time
	GoDate      // a day
	GoClock     // a time of day
	GoTimestamp // a date and time of no zone
	GoDuration  // time.Duration, stored as its number of nanoseconds
	GoUUID
	GoDecimal
	GoJSON // text that is JSON: no column type without being told
)

var postgresGoTypes = map[GoKind]string{
	GoBool:      "boolean",
	GoInt8:      "smallint",
	GoInt16:     "smallint",
	GoInt32:     "integer",
	GoInt64:     "bigint",
	GoUint8:     "smallint",
	GoUint16:    "integer",
	GoUint32:    "bigint",
	GoUint64:    "bigint",
	GoFloat32:   "real",
	GoFloat64:   "double precision",
	GoString:    "text",
	GoBytes:     "bytea",
	GoTime:      "timestamp with time zone",
	GoDate:      "date",
	GoClock:     "time without time zone",
	GoTimestamp: "timestamp without time zone",
	GoDuration:  "bigint",
	GoUUID:      "uuid",
	GoDecimal:   "numeric",
}

// In SQLite the declared type decides the affinity (datatype3.html §3.1), and
// drivers take boolean, date, datetime and timestamp as a wish for Go's bool
// and time.Time.
var sqliteGoTypes = map[GoKind]string{
	GoBool:      "boolean",
	GoInt8:      "integer",
	GoInt16:     "integer",
	GoInt32:     "integer",
	GoInt64:     "integer",
	GoUint8:     "integer",
	GoUint16:    "integer",
	GoUint32:    "integer",
	GoUint64:    "integer",
	GoFloat32:   "real",
	GoFloat64:   "real",
	GoString:    "text",
	GoBytes:     "blob",
	GoTime:      "datetime",
	GoDate:      "date",
	GoTimestamp: "datetime",
	GoDuration:  "integer",
	GoUUID:      "text",
	GoDecimal:   "numeric",
}

// A STRICT table knows only int, integer, real, text, blob and any
// (stricttables.html). Times are left out: without a declared type drivers
// hand them back as text.
var sqliteStrictGoTypes = map[GoKind]string{
	GoBool:     "integer",
	GoInt8:     "integer",
	GoInt16:    "integer",
	GoInt32:    "integer",
	GoInt64:    "integer",
	GoUint8:    "integer",
	GoUint16:   "integer",
	GoUint32:   "integer",
	GoUint64:   "integer",
	GoFloat32:  "real",
	GoFloat64:  "real",
	GoString:   "text",
	GoBytes:    "blob",
	GoDuration: "integer",
	GoUUID:     "text",
}

// GoType is the column type for a Go kind, in the dialect's canonical
// spelling. ok is false where none follows from the kind alone. strict asks
// for a type that a SQLite STRICT table takes; other dialects ignore it.
func (d Dialect) GoType(k GoKind, strict bool) (text string, ok bool) {
	switch {
	case d.Name == "sqlite" && strict:
		text, ok = sqliteStrictGoTypes[k]
	case d.Name == "sqlite":
		text, ok = sqliteGoTypes[k]
	default:
		text, ok = postgresGoTypes[k]
	}
	return text, ok
}
