#!/bin/bash
# What a run itself costs: nodes that do nothing, in chains of ten, through the real runner and its
# durable journal (fdatasync). Beside it `terraform apply` of as many `terraform_data` resources in
# the same chains, at the same parallelism, where there is a terraform; TERRAFORM_NODES says for which
# sizes, and none of them gets longer than TERRAFORM_MAX seconds. The journal lies below FOLDER, and
# once more in memory (/dev/shm), where no disk is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
BENCHMARKS=$PWD/.build/release/Benchmarks
NODES=${NODES:-2000 20000 200000 1000000}
PARALLELISM=${PARALLELISM:-64}
TERRAFORM_NODES=${TERRAFORM_NODES:-2000}
TERRAFORM_MAX=${TERRAFORM_MAX:-600}
FOLDER=$(mktemp -d "${FOLDER:-/var/tmp}/oadp-plan-bench.XXXXXX")
MEMORY=$(mktemp -d /dev/shm/oadp-plan-bench.XXXXXX)
trap 'rm -rf "$FOLDER" "$MEMORY"' EXIT
export CHECKPOINT_DISABLE=1

# row WHAT NODES WALL CPU PEAK_BYTES BYTES_PER_NODE
row() {
  awk -v what="$1" -v n="$2" -v wall="$3" -v cpu="$4" -v peak="$5" -v bytes="$6" 'BEGIN {
    printf "%-10s %8d %9.3f %9.3f %10.1f %10.1f %9.1f %10s\n", what, n, wall, cpu, wall / n * 1e6,
      cpu / n * 1e6, peak / 1048576, bytes }'
}

# ours WHAT NODES FOLDER
ours() {
  local -A got=()
  local words
  read -r -a words < <("$BENCHMARKS" executor "$2" "$PARALLELISM" "$3")
  for ((index = 0; index < ${#words[@]}; index += 2)); do
    got[${words[index]}]=${words[index + 1]}
  done
  row "$1" "$2" "${got[wall]}" "${got[cpu]}" "${got[rss]}" "${got[bytes-per-node]}"
  rm -rf "${3:?}/runs"
}

write_configuration() {
  awk -v n="$1" 'BEGIN {
    printf "{\"resource\":{\"terraform_data\":{"
    for (i = 0; i < n; i++) {
      printf "%s\"n%d\":{\"input\":%d", i ? "," : "", i, i
      if (i % 10) printf ",\"depends_on\":[\"terraform_data.n%d\"]", i - 1
      printf "}"
    }
    print "}}}"
  }' >"$2/main.tf.json"
}

# terraform_apply NODES
terraform_apply() {
  local folder=$FOLDER/terraform
  mkdir "$folder"
  write_configuration "$1" "$folder"
  if python3 - "$folder" "$PARALLELISM" "$TERRAFORM_MAX" >"$FOLDER/row" <<'PYTHON'; then
import resource, subprocess, sys, time
folder, parallelism, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
def terraform(*words, timeout=None):
    subprocess.run(["terraform", *words, "-no-color"], cwd=folder, check=True, timeout=timeout,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
terraform("init")
before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
try:
    terraform("apply", "-auto-approve", "-parallelism=" + parallelism, timeout=seconds)
except subprocess.TimeoutExpired:
    sys.exit(3)
wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
print(wall, cpu, after.ru_maxrss * 1024)
PYTHON
    local wall cpu peak
    read -r wall cpu peak <"$FOLDER/row"
    row terraform "$1" "$wall" "$cpu" "$peak" -
  else
    echo "terraform  $1: not done after $TERRAFORM_MAX s"
  fi
  rm -rf "$folder"
}

echo "chains of ten, parallelism $PARALLELISM, $(nproc) cores, journal below ${FOLDER%/*}"
printf '%-10s %8s %9s %9s %10s %10s %9s %10s\n' what nodes 'wall s' 'CPU s' 'wall us/n' 'CPU us/n' \
  'peak MiB' 'bytes/n'
for nodes in $NODES; do
  ours disk "$nodes" "$FOLDER"
  ours memory "$nodes" "$MEMORY"
done
if command -v terraform >/dev/null; then
  for nodes in $TERRAFORM_NODES; do terraform_apply "$nodes"; done
else
  echo "terraform: not installed, nothing to compare with"
fi
