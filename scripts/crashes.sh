#!/bin/bash
# Kills a backup, a prune and a restore with SIGKILL, TIMES (100) times each, at random moments; SEED
# chooses the same ones again. After each the repository has to be whole for stock restic, with all
# that it had to keep, and the same command again has to come to the end that an undisturbed one has.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/corpora.sh
source scripts/repositories.sh
TIMES=${TIMES:-100}
SIZE=${SIZE:-32}
SEED=${SEED:-$RANDOM}
RANDOM=$SEED

change() {
  ROUND=$1 python3 scripts/corpora.py extents "$SOURCE/large.bin"
  find "$SOURCE/small" -name "*$1.txt" -exec sh -c 'for file; do echo changed >>"$file"; done' - {} +
}

# take NAME, put NAME: keeps the repository as it is, and brings it back. Its files never change.
take() { rm -rf "$WORK/$1" && cp -al "$REPO" "$WORK/$1"; }
put() { rm -rf "$REPO" && cp -al "$WORK/$1" "$REPO"; }

# Trees of all snapshots, oldest first: a tree's name is the digest of all that is below it.
trees() {
  restic snapshots --json | python3 -c '
import json, sys
print(*(entry["tree"] for entry in sorted(json.load(sys.stdin), key=lambda entry: entry["time"])))'
}

# What it takes undisturbed, in milliseconds, at the best of three.
measure() {
  local best=1000000 start took before=$1
  shift
  for _ in 1 2 3; do
    put "$before"
    rm -rf "$WORK/target"
    start=$(date +%s%N)
    quietly "$@"
    took=$((($(date +%s%N) - start) / 1000000))
    [ "$took" -ge "$best" ] || best=$took
  done
  DURATION=$best
}

# strike COMMAND…: kills it somewhere between its first and its last moment, and counts those that
# were over before.
strike() {
  local moment=$((RANDOM * 32768 + RANDOM)) pid status=0
  moment=$((moment % DURATION))
  "$@" >"$WORK/struck.log" 2>&1 &
  pid=$!
  sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || status=$?
  MOMENT="number $number, SEED=$SEED, after $moment of $DURATION ms"
  case $status in
    0) late=$((late + 1)) ;;
    137) ;;
    *) die "$MOMENT: exit $status: $(cat "$WORK/struck.log")" ;;
  esac
}

# expect_whole WHAT: restic removes the dead one's lock, and finds no error in anything.
expect_whole() {
  quietly restic unlock || die "$1: restic unlock"
  check_restic || die "$1: restic check"
}

# again COMMAND…: comes to its end now.
again() { quietly "$@" || die "$MOMENT: it fails when it is tried again"; }

finished() {
  [ "$late" -le $((TIMES / 2)) ] || die "$1: $late of $TIMES were over before they were struck"
  echo "$1: killed $((TIMES - late)) times within $DURATION ms, over before $late times;" \
    "restic check clean, nothing lost, ended as undisturbed"
}

mkdir "$SOURCE"
make_small "$SOURCE/small"
keystream crashes $((SIZE << 20)) >"$SOURCE/large.bin"
fresh_repository ours
quietly "${BACK_UP[@]}"
first=$(trees)
take one
change 1
measure one "${BACK_UP[@]}"
both=$(trees)
late=0
for number in $(seq "$TIMES"); do
  put one
  strike "${BACK_UP[@]}"
  expect_whole "$MOMENT"
  case $(trees) in "$first" | "$both") ;; *) die "$MOMENT: snapshots are $(trees)" ;; esac
  again "${BACK_UP[@]}"
  expect_whole "$MOMENT, and again"
  [[ $(trees) = "$both"* ]] || die "$MOMENT: backed up again, the trees are $(trees), not $both"
done
finished backup

put one
for round in 2 3 4 5; do
  change "$round"
  quietly "${BACK_UP[@]}"
done
take many
kept=$(trees | cut -d' ' -f4-)
measure many "${PRUNE[@]}" 2
[ "$(trees)" = "$kept" ] || die "an undisturbed prune left $(trees), not $kept"
least=$(du -sk "$REPO/data" | cut -f1)
late=0
for number in $(seq "$TIMES"); do
  put many
  strike "${PRUNE[@]}" 2
  expect_whole "$MOMENT"
  [[ $(trees) = *"$kept" ]] || die "$MOMENT: snapshots are $(trees), without $kept"
  again "${PRUNE[@]}" 2
  expect_whole "$MOMENT, and again"
  [ "$(trees)" = "$kept" ] || die "$MOMENT: pruned again, it has $(trees), not $kept"
  size=$(du -sk "$REPO/data" | cut -f1)
  [ "$size" -le $((least + least / 10)) ] || die "$MOMENT: $size KiB are left, not $least"
done
finished prune

manifest
measure many "${RESTORE[@]}" latest
late=0
for number in $(seq "$TIMES"); do
  rm -rf "$WORK/target"
  strike "${RESTORE[@]}" latest
  again "${RESTORE[@]}" latest --in-place
  expect_whole "$MOMENT"
  expect_equal "$MOMENT: what was restored again"
done
finished restore
echo "crashes: ok, $SECONDS s"
