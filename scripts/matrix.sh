#!/bin/bash
# Both ways between stock restic and the data mover, on every corpus (scripts/corpora.sh) of about
# SIZE MiB: one backs up, the other checks all data, restores, prunes, and backs up on top; then both
# back up into one repository at the same time, three times. Each restored folder is compared with its
# source: bytes and metadata.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/corpora.sh
source scripts/repositories.sh
SIZE=${SIZE:-32}
CORPORA=${CORPORA:-random postgres small logs image}

# expect_restored TOOL SNAPSHOT
expect_restored() {
  rm -rf "$WORK/target"
  "restore_$1" "$2"
  expect_equal "$corpus: what $1 restored of $2"
}

# direction WRITER READER: WRITER's repository is read, pruned and added to by READER.
direction() {
  local writer=$1 reader=$2 added
  fresh_repository "$writer"
  "backup_$writer"
  "check_$reader"
  expect_restored "$reader" latest
  # The reader's own backup on top finds everything there: its chunks and trees are the same.
  added=$("added_$reader")
  [ "$added" = 0 ] || die "$corpus: $reader added $added blobs to what $writer had stored"
  "change_$corpus" "$SOURCE"
  manifest
  "backup_$writer"
  "prune_$reader" 1
  "check_$writer"
  "check_$reader"
  expect_restored "$writer" latest
  expect_restored "$reader" latest
  echo "$corpus: $writer wrote, $reader checked, restored, added nothing to and pruned: equal"
}

# Both at once: each finishes, and what either wrote both find whole.
together() {
  local round one other
  fresh_repository ours
  for round in 2 3 4; do
    ROUND=$round "change_$corpus" "$SOURCE"
    manifest
    backup_restic & one=$!
    backup_ours & other=$!
    wait "$one" || die "$corpus: restic failed beside ours"
    wait "$other" || die "$corpus: ours failed beside restic"
  done
  check_restic
  check_ours
  expect_restored restic "$(newest_of ours)"
  expect_restored ours "$(newest_of restic)"
  echo "$corpus: both wrote at once, three times: each restored what the other had written: equal"
}

for corpus in $CORPORA; do
  "make_$corpus" "$SOURCE"
  manifest
  direction ours restic
  direction restic ours
  together
  rm -rf "$SOURCE" "$WORK/target"
done
echo "matrix: ok, $SECONDS s"
