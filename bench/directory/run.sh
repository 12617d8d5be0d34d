#!/usr/bin/env bash
# 100,000 live providers in one process: registering, heartbeats, look-ups, memory; and what 1,000,000 known channels change
# about a silo's start and its look-ups. The last line is the result: directory NAME=… NAME=…
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../eng/lib.sh"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
bench="$root/bench/Tachyon.Benchmarks"
dotnet run -c Release --project "$bench" -- \
  --filter '*DirectoryBenchmarks*' --job short --inProcess --artifacts "$out" --exporters briefjson "$@"
dotnet run -c Release --no-build --project "$bench" -- silo-directory | tee "$out/silo.txt"
trie=$(node "$root/bench/protocol/summary.mjs" "$out"/results/*.json)
echo "directory ${trie#protocol } $(paste -sd' ' "$out/silo.txt")"
