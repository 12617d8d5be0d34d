#!/usr/bin/env bash
# One statement to 1,000 edges at two silos, over WebSockets within a process: from its issuer's request until the last edge has it. The
# test that asserts it, in a release build, several times; asking_all is what a request and a reply of each edge take there.
#   --runs N        rounds (default 5)
# The last line is the result: broadcast edges=1000 silos=2 heard_by_all_ms=… (the median) worst_ms=…
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../eng/lib.sh"

runs=5
while [ $# -gt 0 ]; do
  case "$1" in
    --runs) runs=$2; shift 2 ;;
    *) fail "unknown option $1" ;;
  esac
done

tests="$root/tests/Tachyon.Silo.Tests"
quietly "the build of tests/Tachyon.Silo.Tests" dotnet build "$tests" -c Release -v quiet --nologo
out=$(mktemp)
trap 'rm -f "$out"' EXIT
for _ in $(seq "$runs"); do
  dotnet test "$tests" -c Release --no-build --nologo --filter "FullyQualifiedName~BroadcastTests" --logger "console;verbosity=detailed" \
    | grep -o 'broadcast edges=.*' | tee -a "$out"
done
sed 's/.*heard_by_all_ms=\([0-9]*\).*/\1/' "$out" | sort -n \
  | awk '{ ms[NR] = $1 } END { print "broadcast edges=1000 silos=2 heard_by_all_ms=" ms[int((NR + 1) / 2)] " worst_ms=" ms[NR] }'
