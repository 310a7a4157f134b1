// Things go, others come back under old names.
package shoplite

import (
	"time"

	"example.com/shoplite/base"
)

// User is a person who can log in.
//
//gen:table users
//gen:unique index users_email_live (lower(email), tenant) where deleted_at is null and verified
type User struct {
	base.ID
	base.Times
	Email     string     `db:"email" gen:"collate:RTRIM"`
	Name      *string    `db:"name"`
	FullName  string     `db:"full_name" gen:"default:''"`
	Age       int16      `db:"age" gen:"null;default:18;check:age between 0 and 160"`
	Score     float64    `db:"score" gen:"default:0.5"`
	BossID    *int64     `db:"boss_id" gen:"ref:User;ondelete:cascade;deferrable;deferred;index"`
	Tenant    int64      `db:"tenant" gen:"default:1"`
	Phone     *string    `db:"phone" gen:"size:30"`
	Verified  bool       `db:"verified" gen:"default:false;index:users_verified,where=verified"`
	DeletedAt *time.Time `db:"deleted_at"`
}

// Session is a login.
//
//gen:table sessions
type Session struct {
	ID        string    `db:"id" gen:"pk"`
	UserID    int64     `db:"user_id" gen:"ref:User;ondelete:cascade;index"`
	Agent     string    `db:"agent" gen:"default:''"`
	ExpiresAt time.Time `db:"expires_at" gen:"index:sessions_expiry"`
}

// Role is a set of rights.
//
//gen:table roles without_rowid
type Role struct {
	Code  string `db:"code" gen:"pk"`
	Title string `db:"title" gen:"index"`
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
//gen:table tokens
type Key struct {
	ID      int64  `db:"id" gen:"pk;autoincrement"`
	OwnerID int64  `db:"owner_id" gen:"ref:User;ondelete:cascade"`
	Hash    []byte `db:"hash" gen:"unique"`
	Note    string `db:"note" gen:"default:'it''s new; mostly'"`
}

// Audit is what happened.
//
//gen:table audit
//gen:index audit_who (actor_id, at desc)
type Audit struct {
	ID      int64     `db:"id" gen:"pk"`
	At      time.Time `db:"at" gen:"default:(strftime('%Y-%m-%d %H:%M:%f', 'now'))"`
	ActorID *int64    `db:"actor_id" gen:"ref:User;ondelete:set null"`
	Action  string    `db:"action" gen:"size:60"`
}
