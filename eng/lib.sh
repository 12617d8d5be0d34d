# Shared by the scripts of this repository: messages, tools, the decision on stand-ins. Sourced, not run.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

say()  { printf '%s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Runs a step whose output only matters when it fails.
quietly() {
  local what=$1 log; shift
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    fail "$what failed (the lines above say why)."
  fi
  rm -f "$log"
}

need() {
  command -v "$1" >/dev/null 2>&1 || fail "$1 is missing: $2"
}

# apt_install PACKAGE... installs those that are missing.
apt_install() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  [ "$(id -u)" -eq 0 ] || fail "these packages are missing and need root to install: ${missing[*]} (run: apt-get install ${missing[*]})"
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  quietly "apt-get update" apt-get update -qq
  quietly "apt-get install ${missing[*]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

install_native_tools() {
  need dotnet "install the .NET SDK 10"
  need node "install Node.js 20 or later"
  need npm "install npm"
  apt_install libsecp256k1-1 "$@"
}

# The compiler, anvil, forge and cast come from npm and live in contracts/node_modules.
install_contract_tools() {
  local stamp="$root/contracts/node_modules/.package-lock.json"
  if [ ! -f "$stamp" ] || [ "$root/contracts/package-lock.json" -nt "$stamp" ]; then
    say "installing the contract tools (npm ci in contracts/)"
    (cd "$root/contracts" && quietly "npm ci" npm ci --ignore-scripts --no-audit --no-fund)
    touch "$stamp"
  fi
}

# Debian's browser and what drives it, from npm, for the tests of the console.
install_browser_tools() {
  local browser="$root/tests/Tachyon.Silo.Tests/Console/browser"
  local stamp="$browser/node_modules/.package-lock.json"
  apt_install chromium
  if [ ! -f "$stamp" ] || [ "$browser/package-lock.json" -nt "$stamp" ]; then
    say "installing the browser's driver (npm ci in tests/Tachyon.Silo.Tests/Console/browser)"
    (cd "$browser" && quietly "npm ci" npm ci --ignore-scripts --no-audit --no-fund)
    touch "$stamp"
  fi
}

# Some package feeds lack Orleans or Nethereum. The real restore is tried first; only when it fails do
# the stand-ins take over (standins/README.md). UseStandIns=true or false in the environment decides by hand.
decide_stand_ins() {
  local switch="$root/standins/local.props"
  if [ -n "${UseStandIns:-}" ]; then
    say "stand-ins: UseStandIns=$UseStandIns, as the environment says"
    return 0
  fi
  [ -f "$switch" ] && return 0
  local use=false
  if ! dotnet restore "$root/Tachyon.sln" -p:UseStandIns=false -v quiet >/dev/null 2>&1; then
    use=true
    say "stand-ins: this package feed lacks Orleans or Nethereum, so the build uses standins/ instead (UseStandIns=false forces the real packages)"
  fi
  cat >"$switch" <<XML
<Project>
  <!-- Written by eng/setup.sh after trying a real restore; delete this file to try again. -->
  <PropertyGroup>
    <UseStandIns Condition="'\$(UseStandIns)' == ''">$use</UseStandIns>
  </PropertyGroup>
</Project>
XML
}
