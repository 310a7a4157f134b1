package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"gorm.io/driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/gen-migrate/gen/testdata/orm/models/joins"
)

// statements prints the CREATE TABLE of each table that AutoMigrate would make
// on MySQL, one line each. No server is asked.
func statements(models []any, suite string, o *options) error {
	o.mysql.Conn, o.mysql.SkipInitializeWithVersion = nobody{}, true
	o.DryRun, o.DisableAutomaticPing, o.Logger = true, true, printer{}
	db, err := gorm.Open(mysql.New(o.mysql), o.Config)
	if err != nil {
		return err
	}
	if suite == "joins" {
		if err := joins.Setup(db); err != nil {
			return err
		}
	}
	m := db.Migrator()
	for _, model := range m.(interface{ ReorderModels([]any, bool) []any }).ReorderModels(models, true) {
		if err := m.CreateTable(model); err != nil {
			return err
		}
	}
	return nil
}

// printer is a logger that prints the statements alone.
type printer struct{ logger.Interface }

func (p printer) LogMode(logger.LogLevel) logger.Interface { return p }

func (printer) Info(context.Context, string, ...any) {}

func (printer) Warn(context.Context, string, ...any) {}

func (printer) Error(context.Context, string, ...any) {}

func (printer) Trace(_ context.Context, _ time.Time, fc func() (string, int64), _ error) {
	text, _ := fc()
	fmt.Println(text)
}

var errNobody = errors.New("there is no server")

// nobody is a connection to no server.
type nobody struct{}

func (nobody) PrepareContext(context.Context, string) (*sql.Stmt, error) { return nil, errNobody }

func (nobody) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	return nil, errNobody
}

func (nobody) QueryContext(context.Context, string, ...any) (*sql.Rows, error) {
	return nil, errNobody
}

func (nobody) QueryRowContext(context.Context, string, ...any) *sql.Row { return nil }

// show prints SHOW CREATE TABLE of all tables.
func show(url string) error {
	db, err := gorm.Open(mysql.Open(url), &gorm.Config{})
	if err != nil {
		return err
	}
	tables, err := db.Migrator().GetTables()
	if err != nil {
		return err
	}
	for _, t := range tables {
		var name, text string
		if err := db.Raw("SHOW CREATE TABLE `"+t+"`").Row().Scan(&name, &text); err != nil {
			return err
		}
		fmt.Println(text)
	}
	return nil
}

func execute(url string) error {
	db, err := gorm.Open(mysql.Open(url), &gorm.Config{})
	if err != nil {
		return err
	}
	pool, err := db.DB()
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if _, err := pool.Exec(lines.Text()); err != nil {
			return err
		}
	}
	return lines.Err()
}
