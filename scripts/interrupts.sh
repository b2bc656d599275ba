#!/bin/bash
# Presses Ctrl-C on `oadp-plan apply` while PostgreSQL is in backup mode, TIMES times, and measures
# how long the program takes from the signal to its exit. Every other time the step that ends backup
# mode takes SLOW seconds, and a second signal comes 0.3 s after the first: the session is closed
# around it, which is confirmed as soon as PostgreSQL has let go of the statement. Each time the
# unquiesce has to be confirmed, the exit code has to be 4 and the journal whole, and nothing of it
# may take longer than 7 s (2.5 s after a second signal).
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/lib.sh
source scripts/strikes.sh
TIMES=${TIMES:-50}
SLOW=${SLOW:-1.5}
EXIT_MAX=7000
HURRIED_MAX=2500

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# wait_for_exit SIGNALLED: leaves the exit code in `status` and the milliseconds since then in `took`.
wait_for_exit() {
  status=0
  wait "$pid" 2>/dev/null || status=$?
  took=$(($(milliseconds) - $1))
}

# events EVENT...: how many lines of the journal tell of one of these.
events() {
  local patterns=() event
  for event in "$@"; do patterns+=(-e "\"event\":\"$event\""); done
  # shellcheck disable=SC2086
  cat $JOURNAL | grep -c "${patterns[@]}" || true
}

# The journal ends with a whole line, tells of the stop, and of an end for every start.
check_journal() {
  # shellcheck disable=SC2086
  tail -n 1 $JOURNAL | jq -e .sum >/dev/null || die "$1: the journal's last line is torn"
  [ "$(events stopped)" -ge 1 ] || die "$1: the journal does not tell of the stop"
  [ "$(events started)" = "$(events succeeded failed retried)" ] ||
    die "$1: the journal leaves a node running"
}

# Makes PostgreSQL slow to leave backup mode.
change_plans() {
  [ "$1" = once ] || sed -i "s/SELECT 'LABEL '/SELECT pg_sleep($SLOW);\n          &/" \
    protection/blueprints/postgres.yaml
}

# Whether the run was asked to stop before PostgreSQL had left backup mode.
is_caught() {
  local end
  end=$(node shop/pg:end)
  # shellcheck disable=SC2086
  cat $JOURNAL | awk -v end="\"event\":\"succeeded\",\"node\":$end," '
    /"event":"stopped"/ { exit }
    index($0, end) { missed = 1; exit }
    END { exit missed }'
}

# interrupt NAME SECOND: the first signal comes once PostgreSQL is in backup mode, and where SECOND is
# `twice` another one. A run that was faster than this script is tried again, from the start.
interrupt() {
  local name=$1 signalled hurried attempt
  for attempt in 1 2 3 4 5; do
    prepare "$name" "$2"
    start_run succeeded shop/pg:begin
    signalled=$(milliseconds) hurried=
    kill -INT "$pid" 2>/dev/null || true
    if [ "$2" = twice ]; then
      sleep 0.3
      # Where the program has ended already, nobody has to hurry.
      if grep -qs '^State:[[:space:]]*[^Z]' "/proc/$pid/status" && kill -INT "$pid"; then
        hurried=$(milliseconds)
      fi
    fi
    wait_for_exit "$signalled"
    if is_caught; then break; fi
    [ "$attempt" -lt 5 ] || die "$name: five runs had let PostgreSQL go before they were interrupted"
    finish_run "$name"
  done
  [ "$status" = 4 ] || die "$name: exit $status, not 4: $(cat ../first.log)"
  says succeeded shop/pg:close || die "$name: the unquiesce is unconfirmed: $(cat ../first.log)"
  until_true 5 is_released || die "$name: PostgreSQL is still in backup mode or keeps the slot"
  check_journal "$name"
  [ "$took" -le "$EXIT_MAX" ] || die "$name: $took ms from the signal to the exit"
  if [ -n "$hurried" ]; then
    hurried=$((took - hurried + signalled))
    [ "$hurried" -le "$HURRIED_MAX" ] || die "$name: $hurried ms from the second signal to the exit"
    echo "$hurried" >>"$WORK/twice"
  else
    echo "$took" >>"$WORK/once"
  fi
  finish_run "$name"
}

# Running the same command again finishes what was interrupted and leaves nothing else.
finish_run() {
  oadp-plan apply ../plan.json >../second.log 2>&1 || die "$1: exit $?: $(cat ../second.log)"
  until_true 20 is_clean || die "$1: left behind: $(cat "$WORK/census.diff")"
  cd "$ROOT"
  rm -rf "${WORK:?}/$1"
}

# times FILE: `median 410 ms, longest 523 ms`
times() {
  sort -n "$WORK/$1" | awk '{ took[NR] = $1 }
    END { printf "median %d ms, longest %d ms", took[int((NR + 1) / 2)], took[NR] }'
}

start_shop >/dev/null 2>&1 || die "no shop"
census >"$WORK/census"
: >"$WORK/once"
: >"$WORK/twice"
for number in $(seq "$TIMES"); do
  interrupt "run-$number" "$([ $((number % 2)) = 1 ] && echo once || echo twice)"
done
once=$(wc -l <"$WORK/once") twice=$(wc -l <"$WORK/twice")
[ "$once" = 0 ] || echo "one signal:  $once times, $(times once) from the signal to the exit"
[ "$twice" = 0 ] || echo "two signals: $twice times, $(times twice) from the second to the exit"
echo "interrupts: ok, $TIMES times, every unquiesce confirmed, exit 4, resumed to the end; $SECONDS s"
