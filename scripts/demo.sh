#!/bin/bash
# Protects, destroys and restores a real PostgreSQL on the sandbox cluster, and proves that every
# row is back. Needs no key press; leaves nothing running.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/lib.sh

step "1. A cluster on this machine, with a PostgreSQL that is written to all the time"
start_shop
run kubectl get pods,pvc -n shop

# A new slot of the hourly schedule would rightly make a new point due in the middle of the story.
[ "$(date +%M)" != 59 ] || sleep "$((61 - 10#$(date +%S)))"

step "2. The plans, in git: checked, then compared with the cluster"
commit_plans "$WORK"
run oadp-plan validate protection
run oadp-plan diff protection --out "$WORK/first.oplan.json"

step "3. Exactly that plan, applied: quiesce, cut, unquiesce, copy, seal"
before=$(sql 'select coalesce(max(id), 0) from orders')
run oadp-plan apply "$WORK/first.oplan.json"
after=$(sql 'select max(id) from orders')
run oadp-plan log
run git log --oneline refs/oadp-plan/runs

step "4. The same diff again: nothing is left to do"
run oadp-plan diff protection --detailed-exitcode

step "5. Disaster: the namespace goes, with its volumes and snapshots"
destroy_shop
echo "no volume and no snapshot of it is left"

step "6. The way back is a plan too: compared, then applied"
run oadp-plan diff protection/restores/shop-pg.yaml
run oadp-plan apply protection/restores/shop-pg.yaml --auto-approve
run kubectl get pods,pvc -n shop

step "7. Proof"
prove_orders "$before" "$after"
echo "orders: $COUNT rows restored, every row equal (md5 $(md5sum <"$WORK/orders.after" | cut -c1-12));" \
  "the cut lies between order $before and order $after"
balances=$(sql "select (select sum(abalance) from pgbench_accounts)
  = (select coalesce(sum(delta), 0) from pgbench_history)
  and (select sum(bbalance) from pgbench_branches)
  = (select coalesce(sum(delta), 0) from pgbench_history)")
[ "$balances" = t ] || die "pgbench's balances do not add up"
echo "pgbench: balances of accounts, branches and history add up"
amcheck || die "pg_amcheck found damage"
echo "pg_amcheck: clean"
stock_restic "$WORK" check --read-data
oadp-plan log --output json | jq -r '.runs[].points[] |
  "held: PostgreSQL was in backup mode for \(.quiescedSeconds) s, and took writes all the time\n" +
  "moved: \(.bytesProcessed / 1048576 | round) MiB read, \(.bytesAdded / 1048576 | round) MiB new"'
echo
echo "demo: ok, $COUNT orders and $(sql 'select count(*) from pgbench_history') transactions are back"
