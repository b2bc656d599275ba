# One repository, $REPO, that stock restic and the data mover work on in turn or at the same time,
# and the folder $SOURCE that they back up. Sourced by the matrix and the crashes check.
BIN=${BIN:-$PWD/.build/release}
OURS=$BIN/oadp-plan
NAME=$(basename "$0" .sh)
WORK=$(mktemp -d "/tmp/oadp-plan-$NAME.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
REPO=$WORK/repository
SOURCE=$WORK/source
export RESTIC_PASSWORD_FILE=$WORK/password RESTIC_CACHE_DIR=$WORK/cache RESTIC_REPOSITORY=$REPO
echo "$NAME" >"$RESTIC_PASSWORD_FILE"
OPTIONS=(--repository "$REPO" --password-file "$RESTIC_PASSWORD_FILE")

die() { printf '%s: FAILED: %s\n' "$NAME" "$*" >&2; exit 1; }

# quietly COMMAND…: prints what it said only where it failed.
quietly() { "$@" >"$WORK/said.$BASHPID" 2>&1 || { cat "$WORK/said.$BASHPID" >&2; return 1; }; }

# Under one host, and each tool under a path of its own: restic records where the source is.
backup_restic() { (cd "$SOURCE" && quietly restic backup --host volsync --quiet .); }
BACK_UP=("$OURS" mover backup "${OPTIONS[@]}" --host volsync --volume-path /data "$SOURCE")
backup_ours() { quietly "${BACK_UP[@]}"; }
check_restic() { quietly restic check --read-data; }
check_ours() { quietly "$OURS" repo check "${OPTIONS[@]}" --read-data; }
restore_restic() { quietly restic restore "$1" --target "$WORK/target"; }
RESTORE=("$OURS" mover restore "${OPTIONS[@]}" --target "$WORK/target" --snapshot)
restore_ours() { quietly "${RESTORE[@]}" "$1"; }
# prune_TOOL COUNT: keeps the newest snapshots of all.
prune_restic() { quietly restic forget --group-by '' --keep-last "$1" --prune; }
PRUNE=("$OURS" repo maintain "${OPTIONS[@]}" --group-by '' --keep-last)
prune_ours() { quietly "${PRUNE[@]}" "$1"; }

fresh_repository() {
  rm -rf "$REPO"
  case $1 in
    restic) quietly restic init --repository-version 2 ;;
    ours) quietly "$OURS" repo init "${OPTIONS[@]}" ;;
  esac
}

manifest() { python3 scripts/manifest.py "$SOURCE" >"$WORK/before"; }

# expect_equal WHAT: what was restored is what the last manifest described.
expect_equal() {
  python3 scripts/manifest.py "$WORK/target" >"$WORK/restored"
  diff "$WORK/before" "$WORK/restored" >"$WORK/difference" ||
    die "$1 differs: $(head -n 6 "$WORK/difference")"
}

# added_TOOL: how many blobs one more backup, which reads everything, had to add.
added_restic() { (cd "$SOURCE" && restic backup --force --json .) | added; }
added_ours() {
  "$OURS" mover backup "${OPTIONS[@]}" --volume-path /data --force --json "$SOURCE" | added
}
added() {
  python3 -c '
import json, sys
summary = json.loads(sys.stdin.readlines()[-1])
print(summary["data_blobs"] + summary["tree_blobs"])'
}

# newest_of TOOL: its newest snapshot; restic records the source itself as its path.
newest_of() {
  local path=/data
  [ "$1" = ours ] || path=$SOURCE
  restic snapshots --path "$path" --latest 1 --json |
    python3 -c 'import json, sys; print(json.load(sys.stdin)[-1]["id"])'
}
