package models

import "database/sql"

// Category is a node in the tree of subjects.
//
//gen:table categories
//gen:unique (parent_id, slug)
type Category struct {
	Base
	ParentID *int64 `db:"parent_id" gen:"ref:Category;ondelete:set null"`
	Slug     string `db:"slug" gen:"size:80"`
	Title    string `db:"title" gen:"size:120"`
}

// Post is an article.
//
//gen:table posts
//gen:index posts_published (published_at desc) where published_at is not null
type Post struct {
	Base
	AuthorID    int64        `db:"author_id" gen:"ref:User;index"`
	CategoryID  *int64       `db:"category_id" gen:"ref:Category;ondelete:set null;index"`
	Slug        string       `db:"slug" gen:"size:120;unique"`
	Title       string       `db:"title" gen:"size:200"`
	Body        string       `db:"body"`
	PublishedAt sql.NullTime `db:"published_at"`
	Views       int64        `db:"views" gen:"default:0;check:views >= 0"`
}

// Comment belongs to a post and may answer another comment.
//
//gen:table comments
type Comment struct {
	Base
	PostID   int64  `db:"post_id" gen:"ref:Post;ondelete:cascade;index"`
	AuthorID int64  `db:"author_id" gen:"ref:User"`
	ParentID *int64 `db:"parent_id" gen:"ref:Comment;ondelete:cascade"`
	Body     string `db:"body" gen:"check:length(body) between 1 and 10000"`
}

// Tag is a word posts are found by.
//
//gen:table tags
type Tag struct {
	Base
	Name string `db:"name" gen:"size:40;unique"`
}

// PostTag joins posts and tags.
//
//gen:table post_tags
type PostTag struct {
	PostID int64 `db:"post_id" gen:"pk;ref:Post;ondelete:cascade"`
	TagID  int64 `db:"tag_id" gen:"pk;ref:Tag;ondelete:cascade;index"`
}

// Media is an uploaded file.
//
//gen:table media
type Media struct {
	Base
	OwnerID  int64  `db:"owner_id" gen:"ref:User;ondelete:cascade;index"`
	Path     string `db:"path" gen:"size:255;unique"`
	MimeType string `db:"mime_type" gen:"size:100"`
	Bytes    int64  `db:"bytes" gen:"check:bytes > 0"`
}
