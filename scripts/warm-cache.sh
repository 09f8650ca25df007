#!/usr/bin/env bash
#
# Starts and removes a Keycloak on the java runtime, so that the cache has the server's build and its class-data archive.
#
# Why: a start without them computes three times as long. A server writes the archive behind everything else that the
# machine does, so it never ends while tests keep all cores busy.
# Called by: .ci/run, before the tests.
#
# Usage: scripts/warm-cache.sh      (no arguments)
set -euo pipefail
cd "$(dirname "$0")/.."

readonly ARCHIVE_WAIT_SECONDS=120 # Java 17 never writes one
archives="${XDG_CACHE_HOME:-$HOME/.cache}/mcp-keycloak/archives"
data=$(mktemp -d)

keycloak() {
  command=$1
  shift
  node scripts/with-setup.js mcp-keycloak "$command" --instance warm --data-folder "$data" "$@" >/dev/null
}

has_archive() { ls "$archives"/*.jsa >/dev/null 2>&1; }

has_archive && exit
trap 'keycloak down --purge --yes; rm -rf "$data"' EXIT
ARCHIVE_QUIET_SECONDS=4 keycloak up --runtime java
deadline=$((SECONDS + ARCHIVE_WAIT_SECONDS))
until has_archive || [ "$SECONDS" -ge "$deadline" ]; do sleep 1; done
