// Package docs is a module of its own: what the Go examples of the manual import
// and gen itself does not need. cmd/docs_go_test.go puts the examples beside it and
// has them compiled.
package docs

import (
	_ "github.com/gen-migrate/gen/autogen"
	_ "github.com/gen-migrate/gen/migrations"
	_ "github.com/gen-migrate/gen/migrations/migrationstest"
	_ "github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "go.opentelemetry.io/otel/codes"
	_ "go.opentelemetry.io/otel/trace"
)
