#!/usr/bin/env bash
# Feeds changed messages to every parser that faces the network, for so many minutes each and with ever new seeds.
# ./test.sh runs the same with a fixed seed, in seconds.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/eng/lib.sh"

usage() {
  cat <<'TXT'
usage: ./fuzz.sh [MINUTES] [NAME]
  MINUTES   how long each of the 14 tests feeds its parser (default: 10); two or three run side by side
  NAME      only the tests whose name contains it, e.g. Http
A find ends with the input in hexadecimal: make it a test, then mend the reader.
TXT
}

case "${1:-}" in
  -h|--help) usage; exit 0 ;;
esac
minutes=${1:-10} name=${2:-}
[[ "$minutes" =~ ^[0-9]+(\.[0-9]+)?$ ]] || { usage >&2; fail "MINUTES must be a number, not \"$minutes\""; }

"$root/eng/setup.sh" curl
export TACHYON_FUZZ_MINUTES=$minutes
filter="Category=Fuzz${name:+&FullyQualifiedName~$name}"
failed=no
for project in Tachyon.Protocol.Tests Tachyon.EdgeTunnel.Tests; do
  say "fuzzing $project, $minutes minutes each"
  dotnet test "$root/tests/$project" -c Release --nologo -v quiet --filter "$filter" --logger "console;verbosity=minimal" || failed=yes
done
[ "$failed" = no ]
