package shop

import (
	"encoding/json"
	"net/netip"
	"time"

	"example.com/shop/base"
)

// Room can be booked.
//
//gen:table ops.rooms
//gen:was public.rooms
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
	RoomID    int64  `db:"room_id" gen:"ref:ops.rooms.id"`
	During    string `db:"during" gen:"type:tstzrange"`
	Cancelled bool   `db:"cancelled" gen:"default:false"`
}

// Job is work for later.
//
//gen:table ops.tasks
//gen:index tasks_queue (priority desc nulls last, run_at) where state = 'queued' and until is null
type Job struct {
	base.ID
	Kind     string          `db:"kind" gen:"size:60"`
	State    string          `db:"state" gen:"default:'queued'"`
	Priority int16           `db:"priority" gen:"default:0"`
	RunAt    time.Time       `db:"run_at" gen:"default:now()"`
	Payload  json.RawMessage `db:"payload" gen:"type:jsonb;null"`
	Until    *time.Time      `db:"until" gen:"check:until > run_at"`
	Attempts int32           `db:"attempts" gen:"default:0"`
}

// JobRun is one try.
//
//gen:table job_runs
type JobRun struct {
	base.ID
	TaskID int64       `db:"task_id" gen:"ref:Job;ondelete:cascade;index"`
	Took   float64     `db:"took"`
	Error  *string     `db:"error"`
	Host   *netip.Addr `db:"host"`
}

// Setting is a key and a value.
//
//gen:table settings_v2
type Setting struct {
	ID    int64  `db:"id" gen:"pk;serial"`
	Key   string `db:"key" gen:"unique;size:64"`
	Value string `db:"value"`
	Ver   string `db:"ver" gen:"default:'1'"`
	Calc  int64  `db:"calc" gen:"default:0"`
}

// Webhook is called when something happens.
//
//gen:table webhooks
//gen:index webhooks_events using gin (events)
type Webhook struct {
	base.ID
	URL    string          `db:"url"`
	Events []string        `db:"events" gen:"null;default:'{}'"`
	Last   *time.Time      `db:"last"`
	Ratio  json.RawMessage `db:"ratio" gen:"type:jsonb;default:'1'"`
}

// Flag switches a feature on.
//
//gen:table ops.flags
type Flag struct {
	Name    string    `db:"name" gen:"pk"`
	On      bool      `db:"on" gen:"default:false"`
	Percent int16     `db:"percent" gen:"default:100"`
	Since   time.Time `db:"since" gen:"default:now()"`
}

// Job is a new table with an old name.
//
//gen:table jobs
type Post struct {
	ID    int32  `db:"id" gen:"pk;identity"`
	Title string `db:"title" gen:"unique"`
}
