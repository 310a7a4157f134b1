// Package models is the data of a small blog: ten related tables, written as
// the structs an application would use anyway.
package models

import (
	"database/sql"
	"time"
)

// Base is embedded by whatever has an id and a birthday.
type Base struct {
	ID        int64     `db:"id" gen:"pk;identity"`
	CreatedAt time.Time `db:"created_at" gen:"default:CURRENT_TIMESTAMP"`
}

// Role says what a user may do. Its constants are the allowed values: an enum
// type on PostgreSQL, a CHECK on SQLite.
//
//gen:enum user_role
type Role string

const (
	RoleReader Role = "reader"
	RoleAuthor Role = "author"
	RoleAdmin  Role = "admin"
)

// User is a person who can log in.
//
//gen:table users
//gen:unique index users_email_key (lower(email))
type User struct {
	Base
	Email       string       `db:"email" gen:"size:320"`
	Name        string       `db:"name" gen:"size:80"`
	Role        Role         `db:"role" gen:"default:'reader'"`
	LastLoginAt sql.NullTime `db:"last_login_at"`
}

// Profile is what a user tells about themselves.
//
//gen:table profiles
type Profile struct {
	UserID  int64   `db:"user_id" gen:"pk;ref:User;ondelete:cascade"`
	Bio     string  `db:"bio" gen:"default:''"`
	Website *string `db:"website" gen:"size:200"`
	Avatar  *int64  `db:"avatar_id" gen:"ref:Media;ondelete:set null"`
}

// Session is a login on one device.
//
//gen:table sessions
type Session struct {
	Token     string    `db:"token" gen:"pk;size:64"`
	UserID    int64     `db:"user_id" gen:"ref:User;ondelete:cascade;index"`
	ExpiresAt time.Time `db:"expires_at" gen:"index"`
}

// Follow is one user reading another.
//
//gen:table follows
//gen:check follows_not_self (follower_id <> followed_id)
type Follow struct {
	FollowerID int64     `db:"follower_id" gen:"pk;ref:User;ondelete:cascade"`
	FollowedID int64     `db:"followed_id" gen:"pk;ref:User;ondelete:cascade;index"`
	Since      time.Time `db:"since" gen:"default:CURRENT_TIMESTAMP"`
}
