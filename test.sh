#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test, C# and Solidity, and checks the deployment files.
# The last line counts them all: N passed, N failed, N skipped.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/eng/lib.sh"

usage() {
  cat <<'TXT'
usage: ./test.sh [--csharp | --solidity]
  --csharp     only the C# tests and the deployment files, which the programs check
  --solidity   only the Solidity tests
Without an option all of them run. The exit code is 0 only if all passed.
TXT
}

csharp=yes solidity=yes
case "${1:-}" in
  "") ;;
  --csharp) solidity=no ;;
  --solidity) csharp=no ;;
  -h|--help) usage; exit 0 ;;
  *) usage >&2; fail "unknown option $1" ;;
esac

passed=0 failed=0 skipped=0 broken=()

# Adds up the closing lines that dotnet test prints for each test assembly.
count_csharp() {
  local counts
  counts=$(sed -nE 's/.*Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+).*/\2 \1 \3/p' "$1" |
    awk '{p += $1; f += $2; s += $3} END {print p + 0, f + 0, s + 0}')
  add "$counts"
}

# Takes the closing line of contracts/test.sh and deploy/check.sh.
count_closing_line() {
  add "$(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\1 \2 \3/p' "$1" | tail -n 1)"
}

add() {
  local p f s
  read -r p f s <<<"${1:-0 0 0}"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# The end-to-end tests run the demo, which downloads from nginx with curl; those of TUN mode set up networks; the console is
# looked at with Chromium.
"$root/eng/setup.sh" --browser nginx-light curl iproute2 nftables
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT

if [ "$solidity" = yes ]; then
  say "Solidity tests"
  "$root/contracts/test.sh" 2>&1 | tee "$log/solidity" || broken+=("contracts/test.sh")
  count_closing_line "$log/solidity"
fi

if [ "$csharp" = yes ]; then
  say "building"
  dotnet build "$root/Tachyon.sln" -c Release -v quiet --nologo
  say "C# tests"
  # One assembly at a time: several start an anvil or a silo, and two cores are soon shared out.
  dotnet test "$root/Tachyon.sln" -c Release --no-build --nologo -v quiet -m:1 --logger "console;verbosity=minimal" 2>&1 | tee "$log/csharp" || broken+=("dotnet test")
  count_csharp "$log/csharp"
  say "deployment files"
  "$root/deploy/check.sh" 2>&1 | tee "$log/deploy" || broken+=("deploy/check.sh")
  count_closing_line "$log/deploy"
fi

[ "$passed" -gt 0 ] || broken+=("no test ran")
for what in "${broken[@]}"; do say "failed: $what"; done
say "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ ${#broken[@]} -eq 0 ]
