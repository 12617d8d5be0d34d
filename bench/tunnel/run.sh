#!/usr/bin/env bash
# The tunnel beside the ones that people use today: nginx on loopback, fetched by curl over each of them in turns, medians of
# at least five rounds. Tachyon runs as real nodes with metering, signing and journal on.
#   --runs N        rounds (default 5)
#   --mb N          size of the one stream in MB (default 1000)
#   --only A,B      only these: direct microsocks shadowsocks-chacha20 shadowsocks-aes128 stunnel tachyon tachyon-metered tachyon-unmetered
#                   tun wireguard-go
# TUN mode and wireguard-go run iperf3 between two network namespaces (root), one stream, units and rekeying on.
# first_byte_ms is how much later the first byte comes than directly. Run it as `nice -n -10` on a busy machine: everything
# that is measured inherits it.
# The last line is the result: tunnel stream_mb_s=… vs_microsocks=… …
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../eng/lib.sh"

apt_install nginx-light curl microsocks shadowsocks-libev stunnel4 iproute2 iperf3 wireguard-go wireguard-tools
for project in src/Tachyon.Silo src/Tachyon.EdgeTunnel bench/Tachyon.TunnelBench; do
  quietly "the build of $project" dotnet build "$root/$project" -c Release -v quiet --nologo
done
ulimit -n "$(ulimit -Hn)"
exec "$root/bench/Tachyon.TunnelBench/bin/Release/net10.0/tachyon-tunnel-bench" "$@"
