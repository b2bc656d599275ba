#!/bin/bash
# Kills `oadp-plan apply` while PostgreSQL is in backup mode, while volumes are copied and while the
# recovery point is sealed; once the folder with its journal goes, too, as with the machine. Each
# time PostgreSQL has to be released at once, and the same command has to finish what was begun and
# leave nothing else behind. What the journal says, not a clock, tells when to kill.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/lib.sh
source scripts/strikes.sh

# Runs hear of `cancel` within a second; a killed one's locks are free a little later.
LEASE=(--lease-duration 15s --lease-heartbeat 1s)

# A run that somebody contends with is held in the step that ends backup mode, for longer than it
# takes others to see that it lives; a fast machine was done before.
change_plans() {
  [ "$1" != CONTEND ] || sed -i "s/SELECT 'LABEL '/SELECT pg_sleep(8);\n          &/" \
    protection/blueprints/postgres.yaml
}

# contend: another machine, which knows nothing of the run that is going on, is told to wait.
contend() {
  local code=0
  oadp-plan apply ../plan.json --state ../other-state >../contend.log 2>&1 || code=$?
  [ "$code" = 12 ] || die "contend: exit $code, not 12: $(cat ../contend.log)"
  grep -q ' is going on elsewhere$' ../contend.log || die "contend: $(cat ../contend.log)"
  grep -q '^error: Application `shop` is locked by run ' ../contend.log ||
    die "contend: $(cat ../contend.log)"
}

# strike SIGNAL EVENT ADDRESS: begins the run and sends the signal as soon as its journal says so;
# the signal CANCEL is `oadp-plan cancel`, as from another machine, and CONTEND is TERM after another
# run has tried in vain to do the same work.
# Leaves the program's exit code in `status`.
strike() {
  start_run "$2" "$3" "${LEASE[@]}"
  case $1 in
    CONTEND)
      contend
      kill -TERM "$pid" 2>/dev/null || true
      ;;
    CANCEL) oadp-plan cancel shop >../cancel.log 2>&1 || true ;; # it may be over: `moment` sees that
    *) kill "-$1" "$pid" 2>/dev/null || true ;;
  esac
  status=0
  wait "$pid" 2>/dev/null || status=$?
}

# moment NAME SIGNAL EVENT ADDRESS LATER EXPECTED: strikes after EVENT of node ADDRESS and before
# node LATER has succeeded, checks everything that is promised, and says so in one line. A run that
# was faster than this script is tried again, from the start.
moment() {
  local name=$1 signal=$2 event=$3 address=$4 later=$5 expected=$6 start=$SECONDS attempt
  for attempt in 1 2 3 4 5; do
    prepare "$name" "$signal"
    strike "$signal" "$event" "$address"
    says succeeded "$later" || break
    [ "$attempt" -lt 5 ] || die "$name: five runs were over before they were struck"
    until_true 20 is_clean || die "$name: an undisturbed run left: $(cat "$WORK/census.diff")"
  done
  # The machine of the first runner is gone, and with it everything that it wrote down there.
  if [ "$name" = elsewhere ]; then rm -rf .oadp-plan; fi
  [ "$status" = "$expected" ] || die "$name: exit $status, not $expected: $(cat ../first.log)"
  if [ "$signal" != KILL ]; then
    grep -Eq 'guards ([0-9]+)/\1 confirmed' ../first.log ||
      die "$name: guards are unconfirmed: $(cat ../first.log)"
  fi
  until_true 5 is_released || die "$name: PostgreSQL is still in backup mode or keeps the slot"
  has_no_backup || die "$name: $(cat "$WORK/stop.log")"

  if [ "$name" = elsewhere ]; then
    oadp-plan recover --guards-only protection "${LEASE[@]}" >../recover.log 2>&1 ||
      die "$name: recover: exit $?: $(cat ../recover.log)"
    grep -q 'begun elsewhere$' ../recover.log || die "$name: not adopted: $(cat ../recover.log)"
    until_true 20 is_clean || die "$name: guards left behind: $(cat "$WORK/census.diff")"
  fi
  oadp-plan apply ../plan.json "${LEASE[@]}" >../second.log 2>&1 || die "$name: exit $?: $(cat ../second.log)"
  grep -q '^Resuming run ' ../second.log || die "$name: not resumed: $(cat ../second.log)"
  if [ "$name" = elsewhere ]; then
    oadp-plan apply ../plan.json --state ../third-state >../third.log 2>&1 &&
      grep -q 'has applied this plan already' ../third.log ||
      die "$name: applied again: $(cat ../third.log)"
  fi
  until_true 20 is_clean || die "$name: left behind: $(cat "$WORK/census.diff")"
  is_released || die "$name: PostgreSQL is still in backup mode or keeps the slot"
  check_repository "$name"
  printf '%-9s %s after `%s %s`: released, resumed, one point, nothing left (%d s)\n' \
    "$name" "$signal" "$event" "$address" $((SECONDS - start))
}

# There is one recovery point, what it names is there, and nothing else is.
check_repository() {
  local manifests
  stock_restic "$HERE" snapshots --json >../snapshots.json
  manifests=$(jq -r '.[] | select(.paths == ["/recovery-point"]) | .id' ../snapshots.json)
  [ "$(wc -w <<<"$manifests")" = 1 ] || die "$1: not one manifest: ${manifests:-none}"
  stock_restic "$HERE" dump "$manifests" /recovery-point.json >../point.json ||
    die "$1: no manifest in snapshot $manifests"
  diff <(jq -r '.volumes[].snapshotID' ../point.json | sort) \
    <(jq -r '.[] | select(.paths != ["/recovery-point"]) | .id' ../snapshots.json | sort) ||
    die "$1: the repository's snapshots are not those of the manifest"
  stock_restic "$HERE" check >../check.log 2>&1 || die "$1: $(cat ../check.log)"
}

# The point of the run that was killed inside the quiesce is restored beside the original.
restore_beside() {
  local committed
  committed=$(sql 'select max(id) from orders')
  sed -i 's/target: {namespace: shop,/target: {namespace: shop-again,/' protection/restores/shop-pg.yaml
  git commit -qam "Restore beside the original"
  oadp-plan apply protection/restores/shop-pg.yaml --auto-approve >../restore.log 2>&1 ||
    die "restore: $(cat ../restore.log)"
  SHOP=shop-again
  kubectl wait -n "$SHOP" pod/postgres-0 --for=condition=Ready --timeout=60s >/dev/null
  amcheck || die "restore: pg_amcheck found damage"
  local restored
  restored=$(sql 'select count(*) from orders')
  [ "$restored" -ge "$ORDERS_MIN" ] && [ "$restored" -le "$committed" ] ||
    die "restore: $restored orders, between $ORDERS_MIN and $committed were expected"
  SHOP=shop
  kubectl delete namespace shop-again --timeout=60s >/dev/null
  until_true 20 is_clean || die "restore: left behind: $(cat "$WORK/census.diff")"
  echo "restored  beside the original: PostgreSQL starts, pg_amcheck is clean, $restored orders"
}

start_shop >/dev/null 2>&1 || die "no shop"
census >"$WORK/census"
moment quiesced KILL succeeded shop/pg:begin shop/pg:end 137
restore_beside
moment copying KILL started shop/pg/data:copy shop/pg/data:copy 137
moment elsewhere KILL started shop/pg/data:copy shop/pg/data:copy 137
moment sealing KILL started shop/pg:seal shop/pg:seal 137
moment stopped TERM started shop/pg/data:copy shop/pg/data:copy 4
moment contested CONTEND started shop/pg:end shop/pg:seal 4
moment cancelled CANCEL started shop/pg/data:copy shop/pg/data:copy 4
echo "kill: ok, $SECONDS s"
