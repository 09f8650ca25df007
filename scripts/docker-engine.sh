#!/usr/bin/env bash
#
# Makes sure that a Docker engine answers and that `docker compose` (v2) works.
#
# Why: the container tests need a real engine, and a fresh test machine (a Debian-like
# container, root, no systemd) has none running. Nothing of the engine survives such a
# machine, so every test set-up calls this first.
# Called by: the set-up of the container tests, and by hand before scripts/keycloak-image.sh.
# On a machine where both already work (a developer's, most CI runners) it does nothing.
#
# Usage: scripts/docker-engine.sh      (no arguments; root is needed only if something lacks)
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

readonly ENGINE_WAIT_SECONDS=60
readonly ENGINE_LOG=/var/log/dockerd.log
readonly PLUGIN_DIR=/usr/local/lib/docker/cli-plugins
# The Debian release whose docker-compose is v2, for machines whose own release has only v1.
readonly COMPOSE_RELEASE=trixie

say() { printf 'docker-engine: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Runs a command quietly; shows the end of what it printed only if it fails.
quietly() {
  local out="$work/out"
  "$@" >"$out" 2>&1 </dev/null && return
  tail -n 20 "$out" >&2
  return 1
}

engine_answers() { timeout 15 docker info >/dev/null 2>&1; }
compose_works() { timeout 15 docker compose version 2>/dev/null | grep -qE 'v?([2-9]|[1-9][0-9])\.[0-9]+\.'; }

# --- apt -------------------------------------------------------------------------------

apt_updated=
apt_update_once() {
  [ -n "$apt_updated" ] && return
  quietly apt-get -o DPkg::Lock::Timeout=120 update || die 'apt-get update failed'
  apt_updated=yes
}

apt_install() {
  apt_update_once
  quietly apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@" ||
    die "apt-get install $* failed"
  say "installed $*"
}

# The version apt would install ("" if it knows none).
apt_candidate() { apt-cache policy "$1" 2>/dev/null | awk '/Candidate:/ && $2 != "(none)" { print $2 }'; }

# --- engine ----------------------------------------------------------------------------

install_engine() {
  local packages=()
  command -v dockerd >/dev/null || packages+=(docker.io)
  command -v iptables >/dev/null || packages+=(iptables)
  # Newer Debian releases ship the client apart from the engine.
  if ! command -v docker >/dev/null; then
    apt_update_once
    [ -z "$(apt_candidate docker-cli)" ] || packages+=(docker-cli)
  fi
  [ ${#packages[@]} -eq 0 ] || apt_install "${packages[@]}"
}

# A pid file left by an earlier life of the machine stops dockerd if any process has that pid now.
remove_stale_pid_file() {
  local file=/var/run/docker.pid pid
  [ -f "$file" ] || return 0
  pid=$(cat "$file")
  [ "$(cat "/proc/$pid/comm" 2>/dev/null || true)" = dockerd ] || rm -f "$file"
}

start_engine() {
  if [ -d /run/systemd/system ]; then
    systemctl start docker >/dev/null 2>&1 || true
    return
  fi
  remove_stale_pid_file
  [ ! -f /var/run/docker.pid ] || return 0 # one is starting
  # setsid and nohup: the engine must outlive the shell, and the terminal, that started it.
  # A plain command, not a list: a subshell would keep the caller's stderr open for good.
  setsid nohup dockerd >"$ENGINE_LOG" 2>&1 </dev/null &
}

wait_for_engine() {
  local deadline=$((SECONDS + ENGINE_WAIT_SECONDS))
  while ! engine_answers; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      [ ! -f "$ENGINE_LOG" ] || tail -n 20 "$ENGINE_LOG" >&2
      die "the engine did not answer within $ENGINE_WAIT_SECONDS s (its log: $ENGINE_LOG)"
    fi
    sleep 0.5
  done
}

ensure_engine() {
  engine_answers && return
  [ -z "${DOCKER_HOST:-}" ] || die "the engine at DOCKER_HOST=$DOCKER_HOST does not answer"
  install_engine
  start_engine
  wait_for_engine
  say "engine $(docker version --format '{{.Server.Version}}') runs (log: $ENGINE_LOG)"
}

# --- compose ---------------------------------------------------------------------------

# The machine's own lists: Ubuntu, Docker's packages, or a Debian whose docker-compose is v2.
install_compose_from_own_lists() {
  apt_update_once
  local package version
  for package in docker-compose-v2 docker-compose-plugin docker-compose; do
    version=$(apt_candidate "$package")
    if [ -n "$version" ] && dpkg --compare-versions "$version" ge 2; then
      apt_install "$package"
      compose_works && return
    fi
  done
  return 1
}

# Copies the machine's own apt sources, with the release's name replaced by the newer one.
write_newer_sources() {
  local codename=$1 target=$2 file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    if grep -qsw "$codename" "$file"; then
      sed "s/\b$codename\b/$COMPOSE_RELEASE/g" "$file" >"$target/${file##*/}"
    fi
  done
}

# The newer release's docker-compose is one static binary: take it out of its package, install
# nothing else of that release, and keep its lists apart from the machine's.
install_compose_from_newer_release() {
  local codename root="$work/newer" options binary
  # shellcheck disable=SC1091
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  [ -n "$codename" ] || die 'no VERSION_CODENAME in /etc/os-release: install Compose v2 by hand'
  mkdir -p "$root"/{sources,lists/partial,cache/archives/partial,package}
  write_newer_sources "$codename" "$root/sources"
  options=(-o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$root/sources"
    -o "Dir::State::lists=$root/lists" -o "Dir::Cache=$root/cache"
    -o Acquire::Languages=none -o APT::Sandbox::User=root)
  # Some third-party source may lack the newer release: what counts is whether the download works.
  quietly apt-get "${options[@]}" update || true
  (cd "$root" && quietly apt-get "${options[@]}" download docker-compose) ||
    die "docker-compose of $COMPOSE_RELEASE cannot be downloaded"
  dpkg -x "$root"/docker-compose_*.deb "$root/package"
  binary=$(find "$root/package" -type f -name docker-compose -perm -u+x -print -quit)
  [ -n "$binary" ] || die 'no docker-compose binary in the package'
  install -D -m 755 "$binary" "$PLUGIN_DIR/docker-compose"
}

ensure_compose() {
  compose_works && return
  install_compose_from_own_lists || install_compose_from_newer_release
  compose_works || die "docker compose does not work: $(docker compose version 2>&1 | head -n 1)"
  say "Compose $(docker compose version --short) works"
}

# ---------------------------------------------------------------------------------------

main() {
  if engine_answers && compose_works; then return; fi
  [ "$(id -u)" = 0 ] || die 'something lacks, and only root can install and start it'
  # One at a time: run again under a lock (-o: the engine must not inherit it).
  if [ -z "${DOCKER_ENGINE_LOCKED:-}" ]; then
    DOCKER_ENGINE_LOCKED=yes exec flock -o -w 300 /run/mcp-keycloak-docker-engine.lock "$0" "$@"
  fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  ensure_engine
  ensure_compose
}

main "$@"
