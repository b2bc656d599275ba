#!/bin/bash
# The data mover beside stock restic, and for first backups beside borg with lz4 where there is one
# (BORG), on five corpora (scripts/corpora.sh) of about SIZE MiB each: first backup, unchanged one, full
# restore, check with all data, and a backup after a hundredth has changed. For each the medians of
# RUNS of wall seconds, CPU seconds and peak memory, both tools in turn; at the end the sizes of the
# repositories, a block volume with a list of what changed, memory over the length of the data, and
# the speed of what computes. Everything lies below /dev/shm, so that no disk is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/corpora.sh
OURS=$PWD/.build/release/oadp-plan
MEASURE=$PWD/scripts/measure.py
BORG=${BORG:-$(command -v borg || true)}
RUNS=${RUNS:-3}
SIZE=${SIZE:-1024}
CORPORA=${CORPORA:-random postgres small logs image}
WORK=$(mktemp -d /dev/shm/oadp-plan-bench.XXXXXX)
trap 'rm -rf "$WORK"' EXIT
export RESTIC_PASSWORD_FILE=$WORK/password RESTIC_CACHE_DIR=$WORK/cache
export BORG_BASE_DIR=$WORK/borg-home BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes BORG_PASSPHRASE=bench
echo bench >"$RESTIC_PASSWORD_FILE"
REPO=(--repository "$WORK/ours" --password-file "$RESTIC_PASSWORD_FILE")

fresh_restic() { rm -rf "$WORK/restic" && restic -q -r "$WORK/restic" init >/dev/null; }
fresh_ours() { rm -rf "$WORK/ours" && "$OURS" repo init "${REPO[@]}" >/dev/null; }
fresh_borg() { rm -rf "$WORK/borg" && "$BORG" init -e repokey "$WORK/borg" >/dev/null 2>&1; }

# do_TOOL_OPERATION CORPUS: one line "wall cpu rss".
backup_restic() { (cd "$WORK/$1" && python3 "$MEASURE" restic -q -r "$WORK/restic" backup .); }
backup_ours() { python3 "$MEASURE" "$OURS" mover backup "${REPO[@]}" --volume-path /data "$WORK/$1"; }
backup_borg() { (cd "$WORK/$1" && python3 "$MEASURE" "$BORG" create -C lz4 "$WORK/borg::$RANDOM$RANDOM" .); }
restore_restic() {
  rm -rf "$WORK/target"
  python3 "$MEASURE" restic -q -r "$WORK/restic" restore latest --target "$WORK/target"
}
restore_ours() {
  rm -rf "$WORK/target"
  python3 "$MEASURE" "$OURS" mover restore "${REPO[@]}" --snapshot latest --target "$WORK/target"
}
check_restic() { python3 "$MEASURE" restic -q -r "$WORK/restic" check --read-data; }
check_ours() { python3 "$MEASURE" "$OURS" repo check "${REPO[@]}" --read-data; }

# median COLUMN FILE
median() { sort -n -k "$1,$1" "$2" | awk -v c="$1" '{ v[NR] = $c } END { print v[int((NR + 1) / 2)] }'; }

# row CORPUS OPERATION TOOL OTHER: what is in $WORK/TOOL.times beside $WORK/OTHER.times.
row() {
  local one=$WORK/$3.times other=$WORK/$4.times
  awk -v corpus="$1" -v operation="$2" -v tool="$3" -v a="$(median 1 "$one")" -v b="$(median 2 "$one")" \
    -v m="$(median 3 "$one")" -v x="$(median 1 "$other")" -v y="$(median 2 "$other")" -v n="$(median 3 "$other")" \
    'BEGIN { printf "%-9s %-10s %-7s %7.2f %7.2f %5d   %7.2f %7.2f %5d   %5.1fx %5.1fx\n",
      corpus, operation, tool, a, b, m, x, y, n, a / x, b / y }'
}

# compare CORPUS OPERATION: both tools in turn, RUNS times.
compare() {
  local tool run tools=(restic ours)
  [ "$2" != backup ] || [ -z "$BORG" ] || tools=(restic borg ours)
  rm -f "$WORK"/*.times
  for run in $(seq "$RUNS"); do
    for tool in "${tools[@]}"; do
      [ "$2" != backup ] || "fresh_$tool"
      "${2/unchanged/backup}_$tool" "$1" >>"$WORK/$tool.times"
    done
  done
  row "$1" "$2" restic ours
  [ ! -e "$WORK/borg.times" ] || row "$1" "$2" borg ours
}

# After a hundredth has changed; once only, as it is no first time a second time.
compare_changed() {
  local tool
  "change_$1" "$WORK/$1"
  rm -f "$WORK"/*.times
  for tool in restic ours; do "backup_$tool" "$1" >"$WORK/$tool.times"; done
  row "$1" changed restic ours
}

size() { du -sm "$WORK/$1" | cut -f1; }

echo "$(restic version | cut -d' ' -f1-2)${BORG:+, $("$BORG" --version)}, $("$OURS" version | head -n 1); $RUNS runs, about $SIZE MiB, $(nproc) cores"
printf '%-9s %-10s %-7s %-22s  %-22s  %s\n' corpus operation tool 'wall, CPU s, MiB' 'ours: wall, CPU s, MiB' 'faster: wall, CPU'
for corpus in $CORPORA; do
  "make_$corpus" "$WORK/$corpus"
  for operation in backup unchanged restore check; do compare "$corpus" "$operation"; done
  sizes="$(size restic) MiB with restic, $(size ours) MiB with ours"
  compare_changed "$corpus"
  printf '%-9s repository: %s\n' "$corpus" "$sizes"
  rm -rf "$WORK/$corpus" "$WORK/$corpus.log" "$WORK/target"
done

# A block volume: 4 GiB, of which a quarter is data; then 16 pages change, and a list tells which.
fresh_ours
truncate -s 4G "$WORK/disk"
keystream disk $((1 << 30)) | dd of="$WORK/disk" conv=notrunc bs=1M iflag=fullblock status=none
block() { python3 "$MEASURE" "$OURS" mover backup "${REPO[@]}" --block disk.img "$@" "$WORK/disk"; }
printf '\nblock volume of 4 GiB, 1 GiB of it data (wall s, CPU s, MiB): first %s' "$(block)"
for page in $(seq 16); do
  offset=$((page * 50000000 / 4096 * 4096))
  keystream "page $page" 4096 | dd of="$WORK/disk" conv=notrunc bs=4096 seek=$((offset / 4096)) status=none
  echo "$offset 4096"
done >"$WORK/changed"
printf ', 16 pages by a list %s\n' "$(block --changed-blocks "$WORK/changed" --parent latest)"
rm "$WORK/disk"

echo 'peak memory over the length of a file of holes with 1 MiB of data in each GiB (wall s, CPU s, MiB):'
for gib in 1 10 50; do
  fresh_ours
  truncate -s "${gib}G" "$WORK/disk"
  for piece in $(seq 0 $((gib - 1))); do
    keystream "$piece" 1048576 | dd of="$WORK/disk" conv=notrunc bs=1M seek=$((piece * 1024)) iflag=fullblock status=none
  done
  printf '%3d GiB %s\n' "$gib" "$(block)"
  rm "$WORK/disk"
done

echo 'limits of one core, MB/s:'
openssl speed -seconds 1 -bytes 1048576 -evp sha256 2>/dev/null | awk '/^sha256/i { print "  SHA-256 " $2 }'
openssl speed -seconds 1 -bytes 16384 -evp aes-256-ctr 2>/dev/null | awk '/^aes/i { print "  AES-256-CTR " $2 }'
