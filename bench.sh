#!/usr/bin/env bash
# Runs one benchmark; its last line is the result, as name and key=value pairs.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/eng/lib.sh"

names() { for run in "$root"/bench/*/run.sh; do basename "$(dirname "$run")"; done; }

case "${1:-}" in
  ""|-h|--help)
    say "usage: ./bench.sh NAME, where NAME is one of:"
    names | sed 's/^/  /'
    exit 0 ;;
esac
name=$1; shift
[ -x "$root/bench/$name/run.sh" ] || fail "there is no benchmark '$name'; there are: $(names | paste -sd' ')"
"$root/eng/setup.sh"
exec "$root/bench/$name/run.sh" "$@"
