#!/usr/bin/env bash
# Loads a page in headless Chromium through a node's local proxy, once by SOCKS5 and once by HTTP.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'TXT'
usage: eng/try-chromium.sh PROXY URL TEXT
  PROXY   where the proxy of a running tachyon-edge connect listens, e.g. 127.0.0.1:1080
  URL     the page to load; its name is resolved at the exit
  TEXT    what the page must contain
TXT
}

[ $# -eq 3 ] || { usage >&2; exit 2; }
proxy=$1 url=$2 text=$3
need chromium "install it (Debian: apt-get install chromium)"

profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
for scheme in socks5 http; do
  # <-loopback>: Chromium would go past the proxy for pages of this machine. The other flags keep it from calling home.
  page=$(timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$profile/$scheme" --proxy-server="$scheme://$proxy" --proxy-bypass-list='<-loopback>' \
    --dump-dom "$url" 2>"$profile/$scheme.log") || fail "Chromium failed through $scheme://$proxy: $(tail -n 3 "$profile/$scheme.log")"
  grep -qF -- "$text" <<<"$page" || fail "the page through $scheme://$proxy does not contain \"$text\": $(head -c 400 <<<"$page")"
  say "$scheme://$proxy: the page is there"
done
