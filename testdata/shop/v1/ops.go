package shop

import (
	"encoding/json"
	"net/netip"
	"time"

	"example.com/shop/base"
)

// Room can be booked.
//
//gen:table rooms
type Room struct {
	base.ID
	Name string `db:"name" gen:"unique"`
}

// Booking takes a room for some time.
//
//gen:table bookings
//gen:exclude bookings_no_overlap using gist (room_id with =, during with &&) where (not cancelled)
type Booking struct {
	base.ID
	RoomID    int64  `db:"room_id" gen:"ref:rooms.id"`
	During    string `db:"during" gen:"type:tstzrange"`
	Cancelled bool   `db:"cancelled" gen:"default:false"`
}

// Job is work for later.
//
//gen:table jobs fillfactor=80
//gen:index jobs_queue (priority desc, run_at) where state = 'queued'
type Job struct {
	base.ID
	Kind     string          `db:"kind" gen:"size:60"`
	State    string          `db:"state" gen:"default:'queued'"`
	Priority int16           `db:"priority" gen:"default:0"`
	RunAt    time.Time       `db:"run_at" gen:"default:now()"`
	Payload  json.RawMessage `db:"payload" gen:"type:json;null"`
	Attempts string          `db:"attempts" gen:"default:'0'"`
	Ticket   int32           `db:"ticket" gen:"default:nextval('ticket_no'::regclass)"`
}

// JobRun is one try.
//
//gen:table job_runs
type JobRun struct {
	base.ID
	JobID int64         `db:"job_id" gen:"ref:Job;ondelete:cascade;index"`
	Took  time.Duration `db:"took"`
	Error *string       `db:"error"`
	Host  *netip.Addr   `db:"host"`
}

// Setting is a key and a value.
//
//gen:table settings
type Setting struct {
	Key   string `db:"key" gen:"pk;size:64"`
	Value string `db:"value"`
	Ver   uint32 `db:"ver" gen:"default:1"`
	Calc  int64  `db:"calc" gen:"generated:ver * 2"`
}

// Webhook is called when something happens.
//
//gen:table webhooks
//gen:index webhooks_events using gin (events)
type Webhook struct {
	base.ID
	URL    string     `db:"url"`
	Events []string   `db:"events" gen:"default:array['*']::text[]"`
	Last   *time.Time `db:"last"`
	Ratio  float64    `db:"ratio" gen:"default:1"`
}
