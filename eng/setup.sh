#!/usr/bin/env bash
# Installs what is missing (apt, npm) and decides whether this package feed needs the stand-ins.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# --browser: also what the tests of the console need, which is large.
browser=no
if [ "${1:-}" = --browser ]; then browser=yes; shift; fi

install_native_tools "$@"
install_contract_tools
[ "$browser" = no ] || install_browser_tools
decide_stand_ins
