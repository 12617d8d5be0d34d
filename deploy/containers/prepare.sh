#!/usr/bin/env bash
# For trying out on a development chain: makes keys and passwords, deploys the contracts, and gives the accounts funds. What is
# there already stays, so it may run again. Never for a chain with money on it: there, make keys where they are used.
#   RPC         the development chain                      (http://chain:8545)
#   SECRETS     where keystores and passwords are written  (/secrets)
#   REDIS       where Redis reads its password             (/redis)
#   DEPLOYMENT  where the deployment file is written       (/deployment)
#   TACHYON     where tachyon-edge and the contracts are   (/opt/tachyon)
set -euo pipefail

rpc=${RPC:-http://chain:8545} secrets=${SECRETS:-/secrets} redis=${REDIS:-/redis} deployment=${DEPLOYMENT:-/deployment}/deployment.json
tachyon=${TACHYON:-/opt/tachyon}
edge=${EDGE:-$tachyon/edge/tachyon-edge} contracts=${CONTRACTS:-$tachyon/contracts}
cast=$(find "$contracts/node_modules/@foundry-rs" -path '*/cast-*/bin/cast' | head -n 1)
# The first account of every anvil; its key is printed at each start and worth nothing.
export TACHYON_DEPLOYER_KEY=0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80
umask 077

until "$cast" chain-id --rpc-url "$rpc" >/dev/null 2>&1; do
  echo "waiting for the chain at $rpc"
  sleep 1
done
if [ "$("$cast" chain-id --rpc-url "$rpc")" != 31337 ]; then
  echo "error: $rpc is no development chain (chain id 31337); nothing was done" >&2
  exit 1
fi

secret() {
  [ -s "$secrets/$1" ] || head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' >"$secrets/$1"
}

secret operator-key
secret redis-password
if [ ! -s "$secrets/redis-connection" ]; then
  printf 'redis:6379,password=%s\n' "$(cat "$secrets/redis-password")" >"$secrets/redis-connection"
  # Its server runs as another user; the volume is its own.
  printf 'requirepass %s\n' "$(cat "$secrets/redis-password")" >"$redis/auth.conf"
  chmod 0644 "$redis/auth.conf"
fi

for who in operator provider consumer; do
  secret "$who-password"
  [ -s "$secrets/$who-keystore" ] || "$edge" keys new --keystore "$secrets/$who-keystore" --password-file "$secrets/$who-password" >/dev/null
done

if [ ! -s "$deployment" ]; then
  (cd "$contracts" && node scripts/deploy.mjs --rpc-url "$rpc" --out "$deployment" --challenge-period 600)
  chmod 0644 "$deployment"
fi

token=$(sed -nE 's/.*"token": *"(0x[0-9a-fA-F]{40})".*/\1/p' "$deployment")
for who in operator provider consumer; do
  address=$("$edge" keys show --keystore "$secrets/$who-keystore" --json | sed -nE 's/.*"address": *"(0x[0-9a-fA-F]{40})".*/\1/p')
  "$cast" rpc --rpc-url "$rpc" anvil_setBalance "$address" 0x8ac7230489e80000 >/dev/null
  if [ "$("$cast" call --rpc-url "$rpc" "$token" 'balanceOf(address)(uint256)' "$address" | cut -d' ' -f1)" = 0 ]; then
    "$cast" send --rpc-url "$rpc" --private-key "$TACHYON_DEPLOYER_KEY" "$token" 'transfer(address,uint256)' "$address" 1000000000000000000000 >/dev/null
  fi
  echo "$who: $address"
done
