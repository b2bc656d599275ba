# SeaweedFS's S3 server on this machine, sourced by scripts that need an object store. It listens on
# SEAWEED_IP: loopback, unless pods of a cluster have to reach it.

SEAWEED=
SEAWEED_IP=${SEAWEED_IP:-127.0.0.1}

# start_seaweed FOLDER: keeps its data and log in FOLDER; afterwards S3_URL answers, S3_ACCESS_KEY and
# S3_SECRET_KEY open it.
start_seaweed() {
  local folder=$1 ports
  mapfile -t ports < <(python3 -c '
import socket, sys
sockets = [socket.create_server((sys.argv[1], 0)) for _ in range(8)]
print(*(s.getsockname()[1] for s in sockets), sep="\n")' "$SEAWEED_IP")
  S3_ACCESS_KEY=$(basename "$0" .sh)
  S3_SECRET_KEY=$(head -c 15 /dev/urandom | od -An -tx1 | tr -d ' \n')
  S3_URL=http://$SEAWEED_IP:${ports[0]}
  mkdir -p "$folder/data"
  cat >"$folder/s3.json" <<END
{"identities": [{"name": "all", "actions": ["Admin", "Read", "Write", "List"],
  "credentials": [{"accessKey": "$S3_ACCESS_KEY", "secretKey": "$S3_SECRET_KEY"}]}]}
END
  SEAWEED_FOLDER=$folder SEAWEED_PORTS=("${ports[@]}")
  run_seaweed
}

# Starts it, also again after stop_seaweed: at the same address, with the data that it has.
run_seaweed() {
  local folder=$SEAWEED_FOLDER ports=("${SEAWEED_PORTS[@]}")
  (
    cd "$folder"
    exec weed server -ip="$SEAWEED_IP" -ip.bind="$SEAWEED_IP" -dir=data -s3 -s3.config=s3.json \
      -s3.port="${ports[0]}" -s3.port.grpc="${ports[1]}" -master.port="${ports[2]}" \
      -master.port.grpc="${ports[3]}" -volume.port="${ports[4]}" -volume.port.grpc="${ports[5]}" \
      -filer.port="${ports[6]}" -filer.port.grpc="${ports[7]}" -s3.port.iceberg=0 -s3.port.lance=0 \
      -master.volumeSizeLimitMB=1024 -volume.max=60 >log 2>&1
  ) & SEAWEED=$!
  for _ in $(seq 100); do
    ! python3 -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1] + "/status", timeout=2)' \
      "$S3_URL" 2>/dev/null || return 0
    sleep 0.2
  done
  echo 'SeaweedFS does not answer:' >&2
  tail "$folder/log" >&2
  return 1
}

# It takes its time to leave on a milder signal, and nobody needs its data any more.
stop_seaweed() {
  [ -z "$SEAWEED" ] || kill -KILL "$SEAWEED" 2>/dev/null || true
  [ -z "$SEAWEED" ] || wait "$SEAWEED" 2>/dev/null || true
  SEAWEED=
}
