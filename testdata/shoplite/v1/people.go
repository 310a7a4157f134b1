// The little shop as it began.
package shoplite

import (
	"time"

	"example.com/shoplite/base"
)

// User is a person who can log in.
//
//gen:table users
//gen:unique index users_email_live (lower(email)) where deleted_at is null
type User struct {
	base.ID
	base.Times
	Email     string     `db:"email" gen:"collate:NOCASE"`
	Name      *string    `db:"name"`
	Age       int16      `db:"age" gen:"default:0;check:age between 0 and 150"`
	Score     float64    `db:"score" gen:"default:0.5"`
	ManagerID *int64     `db:"manager_id" gen:"ref:User;ondelete:set null;index"`
	DeletedAt *time.Time `db:"deleted_at"`
}

// Session is a login.
//
//gen:table sessions without_rowid
type Session struct {
	ID        string    `db:"id" gen:"pk"`
	UserID    int64     `db:"user_id" gen:"ref:User;ondelete:cascade;index"`
	Agent     string    `db:"agent" gen:"default:''"`
	ExpiresAt time.Time `db:"expires_at" gen:"index:sessions_expiry,desc"`
}

// Role is a set of rights.
//
//gen:table roles
type Role struct {
	Code  string `db:"code" gen:"pk"`
	Title string `db:"title" gen:"unique"`
}

// UserRole gives a role to a person.
//
//gen:table user_roles without_rowid
type UserRole struct {
	UserID   int64  `db:"user_id" gen:"pk;ref:User;ondelete:cascade"`
	RoleCode string `db:"role_code" gen:"pk;ref:Role.Code;onupdate:cascade"`
}

// Key lets a program in.
//
//gen:table keys strict
type Key struct {
	ID     int64  `db:"id" gen:"pk;autoincrement"`
	UserID int64  `db:"user_id" gen:"ref:User;ondelete:cascade"`
	Hash   []byte `db:"hash" gen:"unique"`
	Note   string `db:"note" gen:"default:'it''s new; mostly'"`
}

// Audit is what happened.
//
//gen:table audit
//gen:index audit_who (actor_id, at desc)
type Audit struct {
	ID      int64     `db:"id" gen:"pk;autoincrement"`
	At      time.Time `db:"at" gen:"default:(strftime('%Y-%m-%d %H:%M:%f', 'now'))"`
	ActorID *int64    `db:"actor_id" gen:"ref:User;ondelete:set null"`
	Action  string    `db:"action" gen:"size:60"`
}
