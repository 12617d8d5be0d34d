#!/usr/bin/env bash
# Installs what is missing, builds, and runs the main job: one node sells traffic to another, metered, paid and settled.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/eng/lib.sh"

usage() {
  cat <<'TXT'
usage: ./demo.sh [--route] [--mb N] [--keep] [--port-base P]

Starts a local chain, deploys the contracts, starts a silo, a provider and a consumer, downloads N MB through the
consumer's SOCKS5 port, closes the channel and prints the receipt.

  --route        go by a route instead: a consumer, a relay, an exit that does not know the consumer, and a proxy that pays it
  --mb N         size of the download in MB, 1 MB = 1,000,000 bytes (default 200, with --route 50)
  --keep         leave everything running at the end and print where it is
  --port-base P  first of eight consecutive loopback ports to use (default 18540)
  --help         this text

The exit code is 0 only if the file arrived unchanged, the balances on chain add up to the token, and the provider was
paid the agreed bytes × price.
TXT
}

for argument in "$@"; do
  case "$argument" in -h|--help) usage; exit 0 ;; esac
done

"$root/eng/setup.sh" nginx-light curl
say "building (the first time takes a minute or two)"
quietly "the build" dotnet build "$root/Tachyon.sln" -c Release -v quiet --nologo
exec "$root/demo/Tachyon.Demo/bin/Release/net10.0/tachyon-demo" "$@"
