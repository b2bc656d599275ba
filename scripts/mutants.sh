#!/bin/bash
# Breaks one promise after the other on purpose, each in a copy of the working tree, and sees
# whether the simulation notices: scripts/mutants.sh [NAME...]
#
# A mutant is a patch in Tests/SimulationTests/Mutants; its first line says which promise it breaks,
# and how. One that plays RUNS runs and the sweeps without a broken promise has survived, and fails
# the script.
set -euo pipefail
cd "$(dirname "$0")/.."
# A debug build costs less than what it loses: most mutants are found within some hundred runs.
configuration=debug
runs=${RUNS:-10000}
patches=Tests/SimulationTests/Mutants
copy=.build/mutants
mkdir -p "$copy"
# The copy keeps its own build folder, so that each mutant costs an incremental build. What differs is
# written anew, with the time of now: a file that gets its older time back is not compiled again.
sync_copy() {
  local file
  while read -r file; do
    cmp --silent "$file" "$copy/$file" || install -D --mode=644 "$file" "$copy/$file"
  done < <(git ls-files Sources Tests Package.swift Package.resolved schemas)
}

# play LOG OPTION...: succeeds where no promise is broken.
play() {
  timeout 900 "$copy/.build/$configuration/Simulator" "${@:2}" --failures 1 --no-shrink >"$1" 2>&1
}

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  mapfile -t names < <(basename --suffix .patch "$patches"/*.patch)
fi
survivors=0
for name in "${names[@]}"; do
  patch=$patches/$name.patch
  sync_copy
  if ! patch --directory "$copy" --strip 1 --quiet --force --no-backup-if-mismatch <"$patch" >/dev/null; then
    printf '%-30s no longer fits the code\n' "$name"
    survivors=$((survivors + 1))
    continue
  fi
  log=$copy/$name.log
  if ! OADP_ONLY=Simulator swift build --package-path "$copy" --configuration "$configuration" \
    --product Simulator >"$log" 2>&1; then
    printf '%-30s does not build: see %s\n' "$name" "$log"
    survivors=$((survivors + 1))
    continue
  fi
  start=$SECONDS
  # Most are found at once, and the sweeps take minutes.
  if play "$log" --runs 500 && play "$log" --sweep && play "$log" --runs "$runs"; then
    printf '%-30s SURVIVED %s runs: %s\n' "$name" "$runs" "$(head -1 "$patch")"
    survivors=$((survivors + 1))
  else
    # What breaks the structure of a graph or the order of a machine does not get as far as a story.
    found=$(grep -m 1 -o '^[0-9]* runs' "$log" || echo "no run")
    how=$(grep -m 1 -oE 'Fatal error: .*|^  G[0-9]+ at [^ ]+ .*' "$log" | cut -c1-200 | sed 's/^ *//')
    printf '%-30s found within %s, %d s: %s\n' "$name" "$found" $((SECONDS - start)) "$how"
  fi
done
echo "$((${#names[@]} - survivors)) of ${#names[@]} mutants found"
[ "$survivors" -eq 0 ]
