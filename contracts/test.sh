#!/usr/bin/env bash
# Checks the contracts: artifacts up to date, solhint clean, all forge tests, gas snapshot.
# The last line is N passed, N failed, N skipped; a failed check counts as one failed test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

stamp=node_modules/.package-lock.json
if [ ! -f "$stamp" ] || [ package-lock.json -nt "$stamp" ]; then
  npm ci --ignore-scripts --no-audit --no-fund
  touch "$stamp"
fi
export PATH="$PWD/node_modules/.bin:$PATH"
forge=$(node scripts/native.mjs forge)

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

check() {
  local what=$1; shift
  if "$@"; then passed=$((passed + 1)); echo "ok: $what"; else failed=$((failed + 1)); echo "FAILED: $what"; fi
}

check "artifacts are up to date" node scripts/artifacts.mjs --check
check "solhint is clean" solhint --noPoster --max-warnings 0 'src/**/*.sol' 'script/**/*.sol' 'test/**/*.sol'

"$forge" test 2>&1 | tee "$log" || true
# The closing line of forge: "... N tests passed, N failed, N skipped (N total tests)".
read -r p f s < <(sed -nE 's/.*: ([0-9]+) tests passed, ([0-9]+) failed, ([0-9]+) skipped \(.*/\1 \2 \3/p' "$log" | tail -n 1) || {
  echo "FAILED: forge ran no tests"
  p=0 f=1 s=0
}
passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))

# Only tests without drawn input cost the same each time.
check "gas snapshot is met" "$forge" snapshot --check .gas-snapshot --match-contract GasTest

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
