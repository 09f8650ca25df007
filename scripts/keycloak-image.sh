#!/usr/bin/env bash
#
# Makes sure that the image quay.io/keycloak/keycloak:VERSION is on this machine's engine.
#
# Why: the container tests run the official image by its name and tag, and a test machine may
# have no way to an image registry. Where the pull fails, this builds a stand-in under the same
# name: a minimal Debian (or Ubuntu) root, a JDK copied from this machine, and Keycloak's own
# distribution, pinned by its SHA-256, in the official image's layout (user 1000, group 0).
# Called by: the set-up of the container tests, after scripts/docker-engine.sh.
#
# Usage: scripts/keycloak-image.sh [VERSION]     (default: PINNED_VERSION of src/config/versions.ts)
# Environment:
#   KEYCLOAK_DIST_ZIP     a local copy of the distribution's zip (otherwise Maven fetches it)
#   KEYCLOAK_DIST_SHA256  its checksum, for a version this script knows none of
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
export DOCKER_BUILDKIT=0 # the classic builder takes a local base image without asking a registry

readonly REPOSITORY=quay.io/keycloak/keycloak
readonly BASE_IMAGE=mcp-keycloak-standin-base
readonly DESCRIPTION='stand-in for tests: made by scripts/keycloak-image.sh'
readonly PULL_ANSWER_SECONDS=20 # until the registry must have answered
readonly PULL_SECONDS=600       # until the download must have ended
scripts_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { printf 'keycloak-image: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Runs a command quietly; shows the end of what it printed only if it fails.
quietly() {
  local out="$work/out"
  "$@" >"$out" 2>&1 </dev/null && return
  tail -n 20 "$out" >&2
  return 1
}

image_exists() { docker image inspect "$1" >/dev/null 2>&1; }

# Prints nothing if there is no such file or line.
pinned_version() {
  local file="$scripts_dir/../src/config/versions.ts"
  [ ! -f "$file" ] || sed -n "s/.*PINNED_VERSION *= *['\"]\([^'\"]*\)['\"].*/\1/p" "$file" | head -n 1
}

# The archive on GitHub and the artifact in Maven's repositories are the same file.
dist_sha256() {
  case "$1" in
    26.7.5) echo 30ef87fb7101c43d29688d1ae80c0588ff4a151b3330e9f664bf9692d398658a ;;
    26.7.4) echo a286e98b4296d4e75ee88d8527c7cd463b307caa022f088c9f22cffccc741fa1 ;;
    26.6.4) echo b00d79ca3afd94bf431d2c3afb2a5af695da813017c434de7240790de6490779 ;;
    *) echo "${KEYCLOAK_DIST_SHA256:-}" ;;
  esac
}

# --- the official image ----------------------------------------------------------------

# A registry that answers gets the time the download takes; one that does not, only a moment.
pull_official() {
  local log="$work/pull" pid deadline=$((SECONDS + PULL_ANSWER_SECONDS))
  timeout "$PULL_SECONDS" docker pull "$image" >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    grep -q 'Pulling' "$log" && break
    if [ "$SECONDS" -ge "$deadline" ]; then
      kill "$pid" 2>/dev/null || true
      break
    fi
    sleep 0.2
  done
  wait "$pid" 2>/dev/null
}

# --- the stand-in ----------------------------------------------------------------------

apt_updated=
apt_update_once() {
  [ -n "$apt_updated" ] && return
  quietly apt-get -o DPkg::Lock::Timeout=120 update || die 'apt-get update failed'
  apt_updated=yes
}

apt_install() {
  apt_update_once
  quietly apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@" || return 1
  say "installed $*"
}

# The newest local JDK that Keycloak is known to run on, by its own `release` file.
local_jdk() {
  local version release
  for version in "$@"; do
    for release in /usr/lib/jvm/*/release; do
      if grep -qs "^JAVA_VERSION=\"${version}[.\"]" "$release" && [ -x "${release%/release}/bin/java" ]; then
        readlink -f "${release%/release}"
        return
      fi
    done
  done
  return 1
}

find_jdk() {
  local_jdk 25 21 && return
  apt_install openjdk-21-jre-headless && local_jdk 21 && return
  local_jdk 17 && return
  apt_install openjdk-17-jre-headless && local_jdk 17
}

# Where this machine's own apt takes its release from, whatever the form of its source lists.
apt_mirror() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Identifier: Packages' |
    awk -v codename="$1" '$1 == codename && !found { print $2; found = 1 }'
}

make_debian_root() {
  local root=$1 codename mirror
  command -v debootstrap >/dev/null || apt_install debootstrap || die 'debootstrap cannot be installed'
  # shellcheck disable=SC1091
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  mirror=$(apt_mirror "$codename")
  if [ -z "$mirror" ]; then
    apt_update_once
    mirror=$(apt_mirror "$codename")
  fi
  [ -n "$mirror" ] || die "no apt source for the release '$codename' on this machine"
  quietly debootstrap --variant=minbase --include=ca-certificates "$codename" "$root" "$mirror" ||
    die 'debootstrap failed'
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/*
}

# The official image has this locale and this user; neither has curl or wget.
shape_root() {
  local root=$1
  ln -sf C.utf8 "$root/usr/lib/locale/en_US.utf8"
  echo 'keycloak:x:1000:0:keycloak user:/opt/keycloak:/sbin/nologin' >>"$root/etc/passwd"
  ! ls "$root"/usr/bin/{curl,wget} >/dev/null 2>&1 || die 'the base has curl or wget, the official image has not'
}

# -h: a packaged JDK's configuration and trust store are links to places outside of it.
copy_jdk() {
  local jdk=$1 target=$2
  mkdir -p "$target"
  tar -C "$jdk" -h -c --exclude=./lib/src.zip --exclude=./jmods --exclude=./demo --exclude=./man \
    --exclude=./docs . | tar -C "$target" -x --no-same-owner
  "$target/bin/java" -version >/dev/null 2>&1 || die "the copy of $jdk does not run"
}

build_base() {
  local root="$work/root" jdk
  image_exists "$BASE_IMAGE" && return
  [ "$(id -u)" = 0 ] || die 'only root can build the stand-in (debootstrap)'
  jdk=$(find_jdk) || die 'no JDK 25, 21 or 17 on this machine, and none to install'
  make_debian_root "$root"
  shape_root "$root"
  copy_jdk "$jdk" "$root/opt/java"
  tar -C "$root" --numeric-owner --one-file-system -c . |
    docker import -c "LABEL org.opencontainers.image.description=\"$DESCRIPTION\"" - "$BASE_IMAGE" >/dev/null ||
    die 'docker import failed'
  rm -rf --one-file-system "$root"
  say "built the base $BASE_IMAGE (JDK from $jdk)"
}

# Prints the path of the zip, fetched if need be, and checked.
dist_zip() {
  local zip=${KEYCLOAK_DIST_ZIP:-} expected actual
  expected=$(dist_sha256 "$version")
  [ -n "$expected" ] || die "no checksum known for Keycloak $version: set KEYCLOAK_DIST_SHA256"
  if [ -z "$zip" ]; then
    command -v mvn >/dev/null || die 'set KEYCLOAK_DIST_ZIP, or install Maven'
    quietly mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
      "-Dartifact=org.keycloak:keycloak-quarkus-dist:$version:zip" "-DoutputDirectory=$work" ||
      die "Maven cannot fetch Keycloak's distribution $version"
    zip="$work/keycloak-quarkus-dist-$version.zip"
    say "fetched Keycloak's distribution $version"
  fi
  [ -f "$zip" ] || die "no such file: $zip"
  actual=$(sha256sum "$zip" | cut -d ' ' -f 1)
  [ "$actual" = "$expected" ] || die "$zip has SHA-256 $actual, expected $expected"
  printf '%s\n' "$zip"
}

unpack() {
  local zip=$1 target=$2
  mkdir -p "$target"
  if command -v unzip >/dev/null; then
    unzip -q "$zip" -d "$target"
  elif command -v python3 >/dev/null; then
    python3 -m zipfile -e "$zip" "$target"
  else
    (cd "$target" && jar xf "$(readlink -f "$zip")")
  fi
}

build_standin() {
  local zip context="$work/context"
  zip=$(dist_zip)
  unpack "$zip" "$context"
  mv "$context/keycloak-$version" "$context/keycloak"
  mkdir -p "$context/keycloak/data"
  # Not every unpacker keeps the execute bit; the group may write, as in the official image.
  chmod +x "$context"/keycloak/bin/*.sh
  chmod -R g+rwX "$context/keycloak"
  cat >"$context/Dockerfile" <<DOCKERFILE
FROM $BASE_IMAGE
LABEL org.opencontainers.image.description="$DESCRIPTION" org.opencontainers.image.version="$version"
ENV JAVA_HOME=/opt/java PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin KC_RUN_IN_CONTAINER=true LANG=en_US.UTF-8
COPY --chown=1000:0 keycloak /opt/keycloak
USER 1000
EXPOSE 8080 8443 9000
ENTRYPOINT ["/opt/keycloak/bin/kc.sh"]
DOCKERFILE
  quietly docker build -t "$image" "$context" || die 'docker build failed'
  say "built $image: a STAND-IN for tests, not the official image"
}

# ---------------------------------------------------------------------------------------

main() {
  version=${1:-$(pinned_version)}
  [ -n "$version" ] || die 'which version? None given, and no PINNED_VERSION in src/config/versions.ts'
  image="$REPOSITORY:$version"
  timeout 15 docker info >/dev/null 2>&1 || die 'no Docker engine answers: run scripts/docker-engine.sh first'
  if image_exists "$image"; then return; fi
  # One at a time: run again under a lock.
  if [ -z "${KEYCLOAK_IMAGE_LOCKED:-}" ]; then
    KEYCLOAK_IMAGE_LOCKED=yes exec flock -o -w 900 "/tmp/mcp-keycloak-image-$(id -u).lock" "$0" "$version"
  fi
  work=$(mktemp -d)
  trap 'rm -rf --one-file-system "$work"' EXIT
  if pull_official; then
    say "pulled $image"
    return
  fi
  build_base
  build_standin
}

main "$@"
