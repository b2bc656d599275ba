# What the kill check and the interrupts check share, beside scripts/lib.sh: a plan whose one point is
# due, a run of it that is caught at a moment which its journal tells, and what must hold afterwards.

# until_true SECONDS COMMAND...: tries a command again and again until it succeeds.
until_true() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# Every object that a run could leave behind, wherever it is. A lease stays, because it counts the
# runs that have had the application; it must have no holder.
census() {
  kubectl get volumesnapshots,volumesnapshotcontents,jobs,pods,pvc,pv,secrets,configmaps -A \
    -o jsonpath='{range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name}{"\n"}{end}' | sort
  kubectl get leases -A -o jsonpath='{range .items[*]}{.spec.holderIdentity}{"\n"}{end}' | grep . || true
}
is_clean() { diff "$WORK/census" <(census) >"$WORK/census.diff"; }

# PostgreSQL keeps backup mode and the slot for as long as the session lives that asked for them.
is_released() {
  [ "$(sql 'select count(*) from pg_replication_slots')" = 0 ] &&
    [ "$(sql "select count(*) from pg_stat_activity
      where query like '%pg_backup_%' and pid <> pg_backend_pid()")" = 0 ]
}
has_no_backup() {
  ! sql 'select pg_backup_stop()' >"$WORK/stop.log" 2>&1 && grep -q 'not in progress' "$WORK/stop.log"
}

JOURNAL='.oadp-plan/runs/*/journal.ndjson'
node() { jq -r --arg address "$1" '.graph.nodes[] | select(.address == $address) | .id' ../plan.json; }
# says EVENT ADDRESS: whether the journal of the run in this folder has come to that.
says() {
  # shellcheck disable=SC2086 # the journal's name is a pattern
  grep -qs "\"event\":\"$1\",\"node\":$(node "$2")," $JOURNAL
}

# prepare NAME [ARGUMENT]: plans (which a script's `change_plans ARGUMENT` may change), an empty
# repository and a saved plan whose one point is due.
change_plans() { :; }
prepare() {
  HERE=$WORK/$1
  rm -rf "$HERE"
  commit_plans "$HERE"
  change_plans "${2:-}"
  oadp-plan diff protection --out ../plan.json >/dev/null 2>../diff.log || die "$1: no plan"
}

# start_run EVENT ADDRESS [OPTION...]: begins the run and returns as soon as its journal says so, or
# it has ended. Leaves the process in `pid`. A shell's background children would ignore SIGINT.
start_run() {
  local pattern deadline=$((SECONDS + 60))
  pattern="\"event\":\"$1\",\"node\":$(node "$2"),"
  env --default-signal=INT oadp-plan apply ../plan.json "${@:3}" >../first.log 2>&1 &
  pid=$!
  # shellcheck disable=SC2086
  until grep -qs "$pattern" $JOURNAL; do
    kill -0 "$pid" 2>/dev/null || break
    [ "$SECONDS" -lt "$deadline" ] || die "the run did not get to $1 $2 within a minute"
  done
}
