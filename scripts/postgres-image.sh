#!/bin/bash
# Packs Debian's PostgreSQL as the image that deploy/demo names, for a cluster without a registry:
# .build/static/postgres.tar. Needs root and debootstrap (Debian's package of that name).
set -euo pipefail
cd "$(dirname "$0")/.."
OUT=.build/static
SUITE=${SUITE:-bookworm}
mkdir -p "$OUT"
ROOT=$(mktemp -d)
trap 'rm -rf "$ROOT"' EXIT
debootstrap --variant=minbase --include=postgresql "$SUITE" "$ROOT" "$@" >"$OUT/postgres.log" 2>&1 ||
  { tail "$OUT/postgres.log" >&2; exit 1; }
# The user of the image that everybody knows.
chroot "$ROOT" sh -c 'groupmod -g 999 postgres && usermod -u 999 -g 999 postgres'
rm -rf "$ROOT"/var/cache/apt/* "$ROOT"/var/lib/apt/lists/* "$ROOT"/usr/share/{doc,man,locale}/* \
  "$ROOT"/var/lib/postgresql/* "$ROOT"/dev/*
scripts/pack-image.py "$ROOT" docker.io/library/postgres:15 "$OUT/postgres.tar"
echo "$OUT/postgres.tar: docker.io/library/postgres:15, $(stat -c %s "$OUT/postgres.tar") bytes"
