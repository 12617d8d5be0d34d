#!/usr/bin/env bash
# Installs what is missing (apt, npm) and decides whether this package feed needs the stand-ins.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

install_native_tools "$@"
install_contract_tools
decide_stand_ins
