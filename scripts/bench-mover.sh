#!/bin/bash
# The data mover beside stock restic, and for first backups beside borg with lz4 where there is one
# (BORG), on five corpora (scripts/corpora.sh) of about SIZE MiB each: first backup, unchanged one, full
# restore, check with all data, a backup after a hundredth has changed; and for the corpora in S3_CORPORA
# first backup and restore through S3, with SeaweedFS on this machine. For each the medians of RUNS of
# wall seconds, CPU seconds and peak memory, both tools in turn, the sizes of the repositories, and what
# the steps of a first backup cost alone on one core. At the end a block volume with a list of what
# changed, and memory over the length of the data. All lies below /dev/shm: no disk is measured.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/corpora.sh
source scripts/seaweed.sh
PATH=$PATH:$PWD/.build/tools/bin
OURS=$PWD/.build/release/oadp-plan
BENCHMARKS=$PWD/.build/release/Benchmarks
MEASURE=$PWD/scripts/measure.py
BORG=${BORG:-$(command -v borg || true)}
RUNS=${RUNS:-3}
SIZE=${SIZE:-1024}
CORPORA=${CORPORA:-random postgres small logs image}
S3_CORPORA=${S3_CORPORA:-random postgres}
WORK=$(mktemp -d /dev/shm/oadp-plan-bench.XXXXXX)
finish() {
  stop_seaweed
  rm -rf "$WORK"
}
trap finish EXIT
export RESTIC_PASSWORD_FILE=$WORK/password RESTIC_CACHE_DIR=$WORK/cache
export BORG_BASE_DIR=$WORK/borg-home BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes BORG_PASSPHRASE=bench
echo bench >"$RESTIC_PASSWORD_FILE"

# Where repositories are: $AT/restic, $AT/ours; below $WORK, or in a bucket a new place each time.
AT=$WORK
round=0
repo() { REPO=(--repository "$AT/ours" --password-file "$RESTIC_PASSWORD_FILE"); }
repo
fresh() {
  rm -rf "$WORK/${1:?}"
  [ "$AT" = "$WORK" ] || AT=$BUCKET/$((round += 1))
  repo
}
fresh_restic() { fresh restic && restic -q -r "$AT/restic" init >/dev/null; }
fresh_ours() { fresh ours && "$OURS" repo init "${REPO[@]}" >/dev/null; }
fresh_borg() { rm -rf "$WORK/borg" && "$BORG" init -e repokey "$WORK/borg" >/dev/null 2>&1; }

# do_TOOL_OPERATION CORPUS: one line "wall cpu rss".
backup_restic() { (cd "$WORK/$1" && python3 "$MEASURE" restic -q -r "$AT/restic" backup .); }
backup_ours() { python3 "$MEASURE" "$OURS" mover backup "${REPO[@]}" --volume-path /data "$WORK/$1"; }
backup_borg() { (cd "$WORK/$1" && python3 "$MEASURE" "$BORG" create -C lz4 "$WORK/borg::$RANDOM$RANDOM" .); }
restore_restic() {
  rm -rf "$WORK/target"
  python3 "$MEASURE" restic -q -r "$AT/restic" restore latest --target "$WORK/target"
}
restore_ours() {
  rm -rf "$WORK/target"
  python3 "$MEASURE" "$OURS" mover restore "${REPO[@]}" --snapshot latest --target "$WORK/target"
}
check_restic() { python3 "$MEASURE" restic -q -r "$AT/restic" check --read-data; }
check_ours() { python3 "$MEASURE" "$OURS" repo check "${REPO[@]}" --read-data; }

# median COLUMN FILE
median() { sort -n -k "$1,$1" "$2" | awk -v c="$1" '{ v[NR] = $c } END { print v[int((NR + 1) / 2)] }'; }

# row CORPUS OPERATION TOOL OTHER: what is in $WORK/TOOL.times beside $WORK/OTHER.times.
row() {
  local one=$WORK/$3.times other=$WORK/$4.times
  awk -v corpus="$1" -v operation="$2" -v tool="$3" -v a="$(median 1 "$one")" -v b="$(median 2 "$one")" \
    -v m="$(median 3 "$one")" -v x="$(median 1 "$other")" -v y="$(median 2 "$other")" -v n="$(median 3 "$other")" \
    'BEGIN { printf "%-9s %-10s %-13s %7.2f %7.2f %5d   %7.2f %7.2f %5d   %5.1fx %5.1fx\n",
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

# Through S3 each tool restores what it has backed up last, so backup and restore take turns.
compare_s3() {
  local tool run
  rm -f "$WORK"/*.times
  start_seaweed "$WORK/seaweed"
  export AWS_ACCESS_KEY_ID=$S3_ACCESS_KEY AWS_SECRET_ACCESS_KEY=$S3_SECRET_KEY
  BUCKET=s3:$S3_URL/bench
  for run in $(seq "$RUNS"); do
    for tool in restic ours; do
      "fresh_$tool"
      "backup_$tool" "$1" >>"$WORK/$tool-backup.times"
      "restore_$tool" "$1" >>"$WORK/$tool-restore.times"
    done
  done
  row "$1" 's3 backup' restic-backup ours-backup
  row "$1" 's3 restore' restic-restore ours-restore
  stop_seaweed
  AT=$WORK
  repo
  rm -rf "$WORK/seaweed"
}

# What the steps of a first backup cost alone, in CPU seconds of one core.
steps() {
  find "$WORK/$1" -type f -size +0 | sort | "$BENCHMARKS" mover "$WORK/pack" |
    sed "s/^bytes.*stored [0-9]* /$1 steps: /"
  rm "$WORK/pack"
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
printf '%-9s %-10s %-13s %-22s  %-22s  %s\n' corpus operation tool 'wall, CPU s, MiB' 'ours: wall, CPU s, MiB' 'faster: wall, CPU'
for corpus in $CORPORA; do
  "make_$corpus" "$WORK/$corpus"
  for operation in backup unchanged restore check; do compare "$corpus" "$operation"; done
  steps "$corpus"
  sizes="$(size restic) MiB with restic, $(size ours) MiB with ours"
  compare_changed "$corpus"
  [[ " $S3_CORPORA " != *" $corpus "* ]] || compare_s3 "$corpus"
  printf '%-9s repository: %s\n' "$corpus" "$sizes"
  rm -rf "$WORK/$corpus" "$WORK/$corpus.log" "$WORK/target"
done

# A block volume: 4 GiB, of which a quarter is data; then 16 pages change, and a list tells which.
fresh_ours
truncate -s 4G "$WORK/disk"
keystream disk $((1 << 30)) | dd of="$WORK/disk" conv=notrunc bs=1M iflag=fullblock status=none
block() { python3 "$MEASURE" "$OURS" mover backup "${REPO[@]}" --block disk.img "$@" "$WORK/disk"; }
printf '\nblock volume of 4 GiB, 1 GiB of it data (wall s, CPU s, MiB): first %s' "$(block)"
for pages in 16 160; do
  for page in $(seq "$pages"); do
    offset=$((page * (2500000000 / pages) / 4096 * 4096))
    keystream "$pages $page" 4096 |
      dd of="$WORK/disk" conv=notrunc bs=4096 seek=$((offset / 4096)) status=none
    echo "$offset 4096"
  done >"$WORK/changed"
  printf ', %d pages by a list %s' "$pages" "$(block --changed-blocks "$WORK/changed" --parent latest)"
done
echo
rm "$WORK/disk"

echo 'peak memory over the length of a file of holes with 128 MiB of data in it (wall s, CPU s, MiB):'
for gib in 1 10 50; do
  fresh_ours
  truncate -s "${gib}G" "$WORK/disk"
  for piece in $(seq 0 127); do
    keystream "$piece" 1048576 |
      dd of="$WORK/disk" conv=notrunc bs=1M seek=$((piece * gib * 8)) iflag=fullblock status=none
  done
  printf '%3d GiB %s\n' "$gib" "$(block)"
  rm "$WORK/disk"
done
