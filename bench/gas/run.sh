#!/usr/bin/env bash
# Whole-transaction gas of every call that matters, measured on a fresh anvil, beside the peers' figures.
# The last line is the result: gas open=… open_accepted=… …
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../eng/lib.sh"

install_contract_tools
exec node "$root/bench/gas/gas.mjs" "$@"
