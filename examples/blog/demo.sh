#!/usr/bin/env bash
# The main job of gen on SQLite, with no server: first revision, a model
# change, second revision, the way back, and a clean check at the end. Works
# in a scratch directory; the checkout is not touched. Run by `make demo`.
#
#   usage: demo.sh path/to/gen [database-url]
set -euo pipefail
gen=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp -r "$here/models" "$dir/"
cd "$dir"
printf 'module example.com/blog\n\ngo 1.26\n' > go.mod
export DATABASE_URL=${2:-sqlite://blog.db}

bold='' cyan='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$'\033[1m' cyan=$'\033[36m' plain=$'\033[0m'
fi
step() { printf '\n%s# %s%s\n' "$bold" "$*" "$plain"; }

# run shows a command as one would type it, and runs it.
run() {
	local shown=gen arg
	for arg; do
		case $arg in
		*[\ :]*) shown+=" \"$arg\"" ;;
		*) shown+=" $arg" ;;
		esac
	done
	printf '%s$ %s%s\n' "$cyan" "$shown" "$plain"
	"$gen" "$@"
}

step "Ten related structs in models/, an empty database. Look around:"
run init
step "Compare the structs with the database and write the first revision:"
run revision --autogenerate -m "first tables"
step "It is one SQL file for a person to review. Its first lines:"
head -n 28 migrations/*_first_tables.sql
step "Run it:"
run upgrade head
run check
step "Change a model: rename a column, add two, add an index:"
diff models/post.go "$here/change/post.go.txt" || true
cp "$here/change/post.go.txt" models/post.go
step "CI would notice, with exit status 1:"
run check || echo "(exit status $?)"
step "Write the second revision, and read it:"
run revision --autogenerate -m "posts: headline, subtitle, pinned"
sed -n '/gen:up/,$p' migrations/*_posts_headline*.sql
step "Run it, go back, and run it again:"
run upgrade head
run downgrade -1 --accept-data-loss head
run upgrade head
step "Models, revisions and database agree:"
run check
run history
