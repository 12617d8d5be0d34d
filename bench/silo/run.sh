#!/usr/bin/env bash
# Loads a real silo process with pre-signed units over WebSockets: every unit verified, then coalesced, then at half of that.
# Signs its units once and keeps them in the user's cache directory. --help lists the options.
# The last line is the result: silo verified_per_s=… verify_limit_ratio=… …
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../eng/lib.sh"

install_contract_tools
quietly "building the silo" dotnet build "$root/src/Tachyon.Silo" -c Release -v quiet --nologo
quietly "building the load driver" dotnet build "$root/bench/Tachyon.SiloLoad" -c Release -v quiet --nologo
exec "$root/bench/Tachyon.SiloLoad/bin/Release/net10.0/tachyon-silo-load" "$@"
