# make build   bin/gen
# make demo    the whole job on SQLite, in a scratch directory
# make test    finds or installs what the tests need, then runs all of them
# make laws    random databases, from one to the other and back
# make locks   every kind of change on PostgreSQL 13, 15, 17 and 18: do its locks agree?
# make faults  the real gen, killed, cut off, stopped, … at every point there is
# make test-pages  the pages gen writes, looked at in Chromium
# make lint    gofmt, go vet, staticcheck, go.mod

GO          ?= go
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.1
FUZZSECONDS ?= 10
BENCH       ?= .
LAWS        ?= 1000
PAGES       ?= yes
LAWS_SEED   ?= 1
LOCKS       ?= 13 15 17 18

.PHONY: build demo test test-matrix test-pages laws locks faults lint bench fuzz

build:
	$(GO) build -trimpath -o bin/gen ./cmd/gen

# DATABASE_URL=postgres://… make demo shows the same on PostgreSQL, in an empty database.
demo: build
	@examples/blog/demo.sh bin/gen $(DATABASE_URL)

# Servers that are missing are installed from Debian packages; with CI set a test
# without its server fails instead of being skipped.
test:
	@scripts/test-deps
	$(GO) vet ./...
	$(GO) vet -tags pages ./erd ./review
	@scripts/go-test ./... || { echo "make test: FAILED" >&2; exit 1; }
	@echo "make test: PASSED"

# The tests that use PostgreSQL, on each of 13 to 18.
test-matrix:
	@scripts/test-matrix

# The diagram and the review page in a headless Chromium, at two widths, light and
# dark: nothing overlaps, text fits, nothing is blank. No part of make test and of
# continuous integration: Chromium is 120 MB of packages and takes a minute to
# install, and the tests another. PAGES=/absolute/directory keeps the pictures.
test-pages:
	@scripts/chromium
	@GEN_TEST_PAGES=$(PAGES) $(GO) test -tags pages -count=1 -run InABrowser ./erd ./review
	@echo "make test-pages: PASSED"

# 1,000 pairs of random databases with every kind of object. The end says how many
# arrived and returned, and why others were refused; make test has a sample.
# GEN_TEST_PG_BIN=… LAWS_SEED=2000 make laws: on another server, other pairs.
laws:
	@scripts/test-deps
	@bash -o pipefail -c "CORPUS_SCENES=$(LAWS) CORPUS_SEED=$(LAWS_SEED) $(GO) test -count=1 -timeout 90m -run RandomScenes -v ./internal/corpus | grep -vE '^(=== | +--- PASS)'"
	@echo "make laws: PASSED"

# What the server shows of every kind of change, held against what gen says of it:
# locks, rewrites, scans. Prints how many of each section are equal; make test does the
# same on one server. LOCKS="13 18" chooses the majors.
locks:
	@scripts/pg-matrix $(LOCKS) >/dev/null
	@bash -o pipefail -c "CI=yes GEN_TEST_PG_MAJORS='$(LOCKS)' $(GO) test -count=1 -run KindsOfChanges -v ./render/postgres | grep -vE '^(=== | *--- PASS)'"
	@echo "make locks: PASSED"

# The last line of the first part is the number of faults; make test has a sample.
# The second part disturbs the runner from inside: its driver, its statements.
faults:
	@scripts/test-deps
	@bash -o pipefail -c "GEN_FAULTS=all $(GO) test -count=1 -timeout 40m -v ./internal/faults | grep -vE '^(=== | +--- PASS)'"
	@GEN_FAULTS=all $(GO) test -count=1 -timeout 20m -run 'EveryCut|KilledBetween' ./migrations
	@echo "make faults: PASSED"

lint:
	@unformatted=$$(git ls-files -co --exclude-standard '*.go' | grep -v '/testdata/' | xargs gofmt -l) || exit 1; \
	if [ -n "$$unformatted" ]; then echo "not formatted, run gofmt -w:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) vet -tags pages ./erd ./review
	$(GO) run $(STATICCHECK) ./...
	$(GO) mod tidy -diff
	@echo "make lint: PASSED"

# make bench BENCH=Runner: 1,000 revisions beside the floor (x-floor), and the
# whole process when there is nothing to do.
bench:
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

fuzz:
	@scripts/fuzz $(FUZZSECONDS)
