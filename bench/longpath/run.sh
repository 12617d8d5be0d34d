#!/usr/bin/env bash
# One stream over long paths: two real tunnels with metering, signing and journal on, and between them a forwarder on loopback
# that holds every byte back for half of the round trip, in both directions. Medians over the rounds.
#   --runs N        rounds (default 3)
#   --mb N          size of the stream in MB (default 600)
# The last line is the result: longpath mb_s_100ms=… mb_s_200ms=…
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../eng/lib.sh"

apt_install nginx-light curl
quietly "the build of bench/Tachyon.TunnelBench" dotnet build "$root/bench/Tachyon.TunnelBench" -c Release -v quiet --nologo
exec "$root/bench/Tachyon.TunnelBench/bin/Release/net10.0/tachyon-tunnel-bench" longpath "$@"
