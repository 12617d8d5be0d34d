#!/usr/bin/env bash
# Checks every file under deploy/ with the programs that would read it: systemd, docker-compose, promtool, tachyon-silo and
# tachyon-edge themselves, and schemas for the rest. Starts nothing. Needs a build: dotnet build Tachyon.sln -c Release
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../eng/lib.sh"

deploy="$root/deploy"
silo="$root/src/Tachyon.Silo/bin/Release/net10.0/tachyon-silo.dll"
edge="$root/src/Tachyon.EdgeTunnel/bin/Release/net10.0/tachyon-edge.dll"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0 passed=0

# check WHAT COMMAND... counts it, and shows what a failing one printed.
check() {
  local what=$1; shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    say "failed: $what"
    sed 's/^/  /' "$work/log"
  fi
}

# systemd looks for the programs that a unit starts; here they stand where they were built.
check_unit() {
  local unit=$1
  sed 's#/opt/tachyon/[a-z]*/tachyon-[a-z]*#/bin/true#' "$deploy/systemd/$unit" >"$work/$unit"
  local said
  said=$(systemd-analyze verify --man=no "$work/$unit" 2>&1) || { say "$said"; return 1; }
  # It warns about what it does not know and returns 0 all the same.
  [ -z "$said" ] || { say "$said"; return 1; }
  # The exposure that systemd computes, in tenths: 20 of 100 is what it calls OK.
  systemd-analyze security --no-pager --offline=yes --threshold=20 "$work/$unit"
}

# The files that settings name are made for the occasion.
make_files() {
  printf 'check\n' >"$work/password"
  dotnet "$edge" keys new --light --keystore "$work/keystore.json" --password-file "$work/password" >/dev/null
  printf '%s\n' '{"chainId":31337,"token":"0x5FbDB2315678afecb367f032d93F642f64180aa3","paymentChannels":"0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512","proxyRegistry":"0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512","deployedAtBlock":0}' >"$work/deployment.json"
  head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' >"$work/operator-key"
  printf 'redis:6379,password=check\n' >"$work/redis-connection"
}

check_silo() {
  local file=$1; shift
  TACHYON_Cluster__Address=127.0.0.1 TACHYON_Storage__Redis__ConnectionFile="$work/redis-connection" \
    dotnet "$silo" config check --config "$file" --rpc http://127.0.0.1:8545 --deployment "$work/deployment.json" \
    --keystore "$work/keystore.json" --password-file "$work/password" --set "Gateway:OperatorKeyFile=$work/operator-key" "$@"
}

check_edge() {
  dotnet "$edge" config check "$1" --config "$2" --data "$work/data" --deployment "$work/deployment.json" \
    --keystore "$work/keystore.json" --password-file "$work/password"
}

apt_install systemd docker-compose prometheus
[ -f "$silo" ] && [ -f "$edge" ] || fail "the programs are not built: dotnet build Tachyon.sln -c Release"
(cd "$deploy/checks" && quietly "npm ci in deploy/checks" npm ci --ignore-scripts --no-audit --no-fund)
make_files

for unit in "$deploy"/systemd/*.service; do check "systemd/$(basename "$unit")" check_unit "$(basename "$unit")"; done
check "docker-compose.yml" docker-compose -f "$deploy/docker-compose.yml" config --quiet
check "monitoring/alerts.yml" promtool check rules "$deploy/monitoring/alerts.yml"
check "monitoring/alerts.test.yml" promtool test rules "$deploy/monitoring/alerts.test.yml"
check "kubernetes, containers, monitoring" node "$deploy/checks/check.mjs" "$work"
check "containers/prepare.sh" bash -n "$deploy/containers/prepare.sh"
check "config/silo.json" check_silo "$deploy/config/silo.json"
for file in "$deploy/config/silo-cluster.json" "$work/kubernetes-silo.json"; do
  # A build without the Redis packages refuses the storage, and nothing else may be wrong with the settings.
  check "$(basename "$file")" check_silo "$file" --set Storage:Provider=sqlite --set Cluster:Provider=localhost
done
check "config/provider.json" check_edge provide "$deploy/config/provider.json"
check "config/consumer.json" check_edge connect "$deploy/config/consumer.json"
say "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
