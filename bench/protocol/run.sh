#!/usr/bin/env bash
# Micro benchmarks of the protocol: hashing, digests, signatures, ledgers; time and allocations per operation.
# The last line is the result: protocol NAME=mean NAME_alloc=bytes …
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../eng/lib.sh"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
dotnet run -c Release --project "$root/bench/Tachyon.Benchmarks" -- \
  --filter '*SigningBenchmarks*' '*LedgerBenchmarks*' --job short --artifacts "$out" --exporters briefjson "$@"
node "$root/bench/protocol/summary.mjs" "$out"/results/*.json
