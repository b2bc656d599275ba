#!/bin/bash
# The data mover beside stock restic on the same folders: wall and CPU seconds of a first backup, an
# unchanged one and a full restore, the median of RUNS, and how many times faster ours is. SIZE is
# in MiB for each corpus. Everything lies below /dev/shm, so that no disk is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
OURS=$PWD/.build/release/oadp-plan
RUNS=${RUNS:-3}
SIZE=${SIZE:-256}
WORK=$(mktemp -d /dev/shm/oadp-plan-bench.XXXXXX)
trap 'rm -rf "$WORK"' EXIT
export RESTIC_PASSWORD_FILE=$WORK/password RESTIC_CACHE_DIR=$WORK/cache
echo bench >"$RESTIC_PASSWORD_FILE"
REPO=(--repository "$WORK/ours" --password-file "$RESTIC_PASSWORD_FILE")

# Every run of this script makes the same bytes.
keystream() { openssl enc -aes-256-ctr -nosalt -pass "pass:$1" -pbkdf2 </dev/zero 2>/dev/null | head -c "$2" || true; }
make_random() {
  for part in 1 2 3 4; do keystream "$part" $((SIZE * 262144)) >"$WORK/random/$part"; done
}
make_small() {
  keystream small $((SIZE * 1048576)) | base64 -w 100 |
    split --bytes=12288 --suffix-length=6 - "$WORK/small/f"
}

# measure COMMAND...: appends "wall cpu" to $WORK/times.
measure() {
  local TIMEFORMAT='%R %U %S'
  { time "$@" >/dev/null 2>&1; } 2>>"$WORK/raw"
  awk 'END { print $1, $2 + $3 }' "$WORK/raw" >>"$WORK/times"
}
median() { sort -n -k "$1" "$WORK/times" | awk -v c="$1" '{ v[NR] = $c } END { print v[int((NR + 1) / 2)] }'; }

# compare CORPUS OPERATION: both tools in turn, RUNS times, with `before_*` in front of each.
compare() {
  local figures=() tool
  for tool in restic ours; do
    : >"$WORK/times"
    for _ in $(seq "$RUNS"); do
      "prepare_$2" "$tool" "$1"
      measure "$2_$tool" "$1"
    done
    figures+=("$(median 1)" "$(median 2)")
  done
  awk -v c="$1" -v o="$2" -v a="${figures[0]}" -v b="${figures[1]}" -v x="${figures[2]}" -v y="${figures[3]}" \
    'BEGIN { printf "%-8s %-10s %7.2f / %6.2f   %7.2f / %6.2f   %5.1fx / %5.1fx\n", c, o, a, b, x, y, a / x, b / y }'
}
fresh() {
  rm -rf "${WORK:?}/$1"
  if [ "$1" = restic ]; then restic -q -r "$WORK/restic" init; else "$OURS" repo init "${REPO[@]}"; fi \
    >/dev/null 2>&1
}
prepare_backup() { fresh "$1"; }
prepare_unchanged() { :; }
prepare_restore() { rm -rf "$WORK/target"; }
backup_restic() { (cd "$WORK/$1" && restic -q -r "$WORK/restic" backup .); }
backup_ours() { "$OURS" mover backup "${REPO[@]}" --volume-path /data "$WORK/$1"; }
unchanged_restic() { backup_restic "$1"; }
unchanged_ours() { backup_ours "$1"; }
restore_restic() { restic -q -r "$WORK/restic" restore latest --target "$WORK/target"; }
restore_ours() { "$OURS" mover restore "${REPO[@]}" --snapshot latest --target "$WORK/target"; }

echo "$(restic version | cut -d' ' -f1-2) and $("$OURS" version), $RUNS runs, $SIZE MiB, $(nproc) cores"
printf '%-8s %-10s %-18s %-18s %s\n' corpus operation 'restic wall / CPU' 'ours wall / CPU' 'faster wall / CPU'
for corpus in random small; do
  mkdir -p "$WORK/$corpus"
  "make_$corpus"
  for operation in backup unchanged restore; do compare "$corpus" "$operation"; done
  rm -rf "${WORK:?}/$corpus" "$WORK/target"
done
