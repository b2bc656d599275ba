#!/bin/bash
# Packs .build/static/oadp-plan as a container image without an engine or a registry:
# .build/static/image.tar, for `ctr -n k8s.io images import`, `podman load` or `docker load`.
# IMAGE names it. The Containerfile makes the same image where there is an engine.
set -euo pipefail
cd "$(dirname "$0")/.."
IMAGE=${IMAGE:-localhost/oadp-plan:dev}
OUT=.build/static
[ -x "$OUT/oadp-plan" ] || scripts/static.sh
ROOT=$(mktemp -d)
trap 'rm -rf "$ROOT"' EXIT
mkdir -p "$ROOT"/{usr/bin,usr/share,etc/ssl/certs,tmp}
chmod 1777 "$ROOT/tmp"
install -m 755 "$OUT/oadp-plan" "$ROOT/usr/bin/oadp-plan"
install -m 644 /etc/ssl/certs/ca-certificates.crt "$ROOT/etc/ssl/certs/"
cp -a /usr/share/zoneinfo "$ROOT/usr/share/zoneinfo"
echo 'root:x:0:0:root:/:/sbin/nologin' >"$ROOT/etc/passwd"
echo 'hosts: files dns' >"$ROOT/etc/nsswitch.conf"
scripts/pack-image.py "$ROOT" "$IMAGE" "$OUT/image.tar" /usr/bin/oadp-plan
echo "$OUT/image.tar: $IMAGE, $(stat -c %s "$OUT/image.tar") bytes"
