# Helpers that the scripts in tools/ share. Source it; it sets no shell option and runs nothing:
#
#   root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
#   source "$root/tools/lib/common.sh"
#
# What it gives:
#   project_root   absolute path of the checkout
#   cache_dir      where what is built or fetched once is kept, outside the checkout;
#                  TELEPORT_OPERATOR_CACHE moves it
#   PATH           with the Go and kubectl that tools/setup put into the cache, after the system's
#   say, warn, die, elapsed, step   words for the person who reads (see each)
#
# Everything goes to standard error, so that a script's standard output stays its result.

project_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache_dir=${TELEPORT_OPERATOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/teleport-operator-caf}

# The oldest Go that the test code is written for. "go 1.26" in tests/go.mod says the same.
minimum_go=1.26

if [[ -t 2 && -z ${NO_COLOR:-} ]]; then
  c_bold=$'\e[1m' c_dim=$'\e[2m' c_red=$'\e[31m' c_green=$'\e[32m' c_yellow=$'\e[33m' c_off=$'\e[0m'
else
  c_bold='' c_dim='' c_red='' c_green='' c_yellow='' c_off=''
fi

# say TEXT...: one plain line.
say() { printf '%s\n' "$*" >&2; }

# warn TEXT...: one line that stands out.
warn() { printf '%s%s%s\n' "$c_yellow" "$*" "$c_off" >&2; }

# die TEXT...: says why and ends the script with 1.
die() {
  printf '%serror:%s %s\n' "$c_red" "$c_off" "$*" >&2
  exit 1
}

# now_ms: milliseconds of a clock, to be given to elapsed later.
now_ms() { printf '%s' $((${EPOCHREALTIME/[.,]/} / 1000)); }

# elapsed START_MS: the time since then for a reader: "0.3 s", "42.0 s", "8 min 3 s".
elapsed() {
  local ms=$(($(now_ms) - $1))
  if ((ms < 60000)); then
    printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
  else
    printf '%d min %d s' $((ms / 60000)) $((ms % 60000 / 1000))
  fi
}

# step NAME COMMAND...: runs the command with its output held back, says how long it took, and
# shows the output only when it fails. Answers the command's exit code.
step() {
  local name=$1 start output code=0
  shift
  start=$(now_ms)
  output=$(mktemp)
  [[ -t 2 ]] && printf '%s… %s' "$c_dim" "$name$c_off" >&2
  "$@" >"$output" 2>&1 || code=$?
  [[ -t 2 ]] && printf '\r\e[K' >&2
  if ((code == 0)); then
    printf '%sok%s      %s %s(%s)%s\n' "$c_green" "$c_off" "$name" "$c_dim" "$(elapsed "$start")" "$c_off" >&2
  else
    printf '%sfailed%s  %s (%s, exit code %d)\n' "$c_red" "$c_off" "$name" "$(elapsed "$start")" "$code" >&2
    tail -n 60 "$output" | sed 's/^/        /' >&2
  fi
  rm -f "$output"
  return "$code"
}

# in_place NAME: the line for a step that had nothing to do.
in_place() { printf '%sok%s      %s %s(already in place)%s\n' "$c_green" "$c_off" "$1" "$c_dim" "$c_off" >&2; }

# go_is_new_enough [GO]: is this go (or the one on PATH) at least minimum_go?
go_is_new_enough() {
  local found
  found=$("${1:-go}" env GOVERSION 2>/dev/null) || return 1
  found=${found#go}
  [[ $(printf '%s\n' "$minimum_go" "$found" | sort -V | head -n 1) == "$minimum_go" ]]
}

# The system's tools come first, but an old Go there (Debian 12 has 1.19) must not win. The folders are
# named also while they are empty, so that a script which runs tools/setup finds what that installs.
export GOTOOLCHAIN=local # what is pinned is used; Go never fetches another Go by itself
go_is_new_enough || PATH=$cache_dir/go/bin:$PATH
PATH=$PATH:$cache_dir/kubectl/bin
