// Some things come back, under names that were in use before.
//
//gen:sequence sales.invoice_no start 1000 increment 3 cache 5
//gen:sequence sales.ticket_numbers as bigint start 5 increment 5 minvalue 5 maxvalue 5000 cache 3 cycle
package shop

import (
	"encoding/json"
	"net/netip"
	"time"

	"example.com/shop/base"
)

// UserStatus says whether a person may log in.
//
//gen:enum user_status
type UserStatus string

const (
	UserPending UserStatus = "pending"
	UserActive  UserStatus = "active"
	UserBlocked UserStatus = "blocked"
)

// User is a person who can log in.
//
//gen:table users
//gen:unique index users_live_email (lower(email), tenant) where deleted_at is null and verified
type User struct {
	base.ID
	base.Times
	base.Soft
	Email    string          `db:"email" gen:"size:320"`
	Name     *string         `db:"name" gen:"size:60"`
	FullName string          `db:"full_name" gen:"default:'';comment:how to address the person"`
	Age      int16           `db:"age" gen:"type:integer;null;default:18;check:age between 0 and 160"`
	Status   UserStatus      `db:"status" gen:"default:'pending'"`
	Locale   string          `db:"locale" gen:"null"`
	Prefs    json.RawMessage `db:"prefs" gen:"type:jsonb;default:'{}'"`
	Score    string          `db:"score" gen:"type:numeric(6,3);default:0.5"`
	BossID   *int64          `db:"boss_id" gen:"ref:User;ondelete:cascade;deferrable;index"`
	Tenant   int64           `db:"tenant" gen:"default:1"`
	Phone    *string         `db:"phone" gen:"size:30"`
	Verified bool            `db:"verified" gen:"default:false;index:users_verified,where=verified"`
	Seen     time.Time       `db:"seen" gen:"default:'-infinity'"`
}

// Session is a login.
//
//gen:table auth.sessions
type Session struct {
	ID        string          `db:"id" gen:"type:uuid;pk;default:gen_random_uuid()"`
	UserID    int64           `db:"user_id" gen:"ref:User;ondelete:cascade;index"`
	IP        *netip.Addr     `db:"ip"`
	Agent     json.RawMessage `db:"agent" gen:"type:jsonb;default:'\"\"'::jsonb;comment:User-Agent header"`
	ExpiresAt time.Time       `db:"expires_at" gen:"index:sessions_expiry"`
}

// APIKey lets a program in.
//
//gen:table auth.tokens
type APIKey struct {
	ID      int64    `db:"id" gen:"identity;pk"`
	OwnerID int64    `db:"owner_id" gen:"ref:users.id;ondelete:cascade"`
	Hash    []byte   `db:"hash" gen:"storage:extended;unique"`
	Scopes  []string `db:"scopes" gen:"type:varchar(50)[];default:'{}'"`
	Limits  []int64  `db:"limits" gen:"null"`
	Note    string   `db:"note" gen:"default:'it''s old, \"mostly\"'"`
}

// Role is a set of permissions.
//
//gen:table auth.roles
type Role struct {
	Code  string `db:"code" gen:"pk;size:40"`
	Title string `db:"title" gen:"unique"`
}

// Permission is one right of a role.
//
//gen:table auth.permissions
//gen:fk permissions_role_fk (role_code) references auth.roles (code) on delete cascade
type Permission struct {
	RoleCode string `db:"role_code" gen:"pk;size:40"`
	Right    string `db:"right" gen:"pk"`
}

// UserRole gives a role to a person.
//
//gen:table auth.user_roles
type UserRole struct {
	UserID   int64     `db:"user_id" gen:"pk;ref:User;ondelete:cascade"`
	RoleCode string    `db:"role_code" gen:"pk;ref:Role.Code;size:40"`
	Since    time.Time `db:"since" gen:"pk;type:timestamp(6) with time zone;default:now()"`
}

// Audit is what happened.
//
//gen:table auth.audit fillfactor=100
//gen:index audit_at using brin ("when") with (pages_per_range = 64, autosummarize = true)
//gen:index (actor_id, "when" desc)
type Audit struct {
	ID      int64           `db:"id" gen:"pk;identity:start=1000,cache=1,increment=2"`
	When    time.Time       `db:"when" gen:"default:clock_timestamp()"`
	ActorID *int64          `db:"actor_id" gen:"ref:User;ondelete:set null"`
	Action  string          `db:"action" gen:"size:60"`
	Details json.RawMessage `db:"details" gen:"type:jsonb;null;statistics:500"`
	Raw     []byte          `db:"raw" gen:"null"`
}
