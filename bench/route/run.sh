#!/usr/bin/env bash
# Two hops against one, in the same run: nginx on loopback, fetched by curl through a relay alone and through the same relay and an
# exit, in turns. All of it real: silo as the proxy, edges with metering, signing and journal on.
#   --runs N        rounds (default 5), after five that only warm up
#   --mb N          size of the stream in MB (default 300)
# The last line is the result: route two_hop_mb_s=… vs_one_hop=…
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../eng/lib.sh"

apt_install nginx-light curl
for project in src/Tachyon.Silo src/Tachyon.EdgeTunnel bench/Tachyon.TunnelBench; do
  quietly "the build of $project" dotnet build "$root/$project" -c Release -v quiet --nologo
done
exec "$root/bench/Tachyon.TunnelBench/bin/Release/net10.0/tachyon-tunnel-bench" route "$@"
