#!/bin/bash
# Protects, destroys and restores a real PostgreSQL on the sandbox cluster, and proves that every
# row is back. Needs no key press; leaves nothing running. The folder it works in is kept only
# where KEEP names one.
set -euo pipefail
cd "$(dirname "$0")/.."
ROOT=$PWD
BIN=$ROOT/.build/release
PATH=$BIN:$ROOT/.build/tools/bin:$PATH
WORK=${KEEP:-$(mktemp -d /tmp/oadp-plan-demo.XXXXXX)}
mkdir -p "$WORK"
SANDBOX=$WORK/sandbox
export KUBECONFIG=$SANDBOX/kubeconfig
ORDERS_MIN=${ORDERS_MIN:-300}

step() { printf '\n\033[1m# %s\033[0m\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@"; }
die() { printf 'demo: FAILED: %s\n' "$*" >&2; exit 1; }

WRITERS=()
finish() {
  local status=$?
  local pid
  for pid in "${WRITERS[@]}"; do kill "$pid" 2>/dev/null || true; done
  oadp-plan sandbox down --state "$SANDBOX" >/dev/null 2>&1 || true
  if [ "$status" -ne 0 ]; then
    printf 'demo: the log of the sandbox ends with:\n' >&2
    tail -n 20 "$SANDBOX/sandbox.log" >&2 || true
  fi
  [ -n "${KEEP:-}" ] || rm -rf "$WORK"
  exit "$status"
}
trap finish EXIT

in_postgres() { kubectl exec -i -n shop postgres-0 -c postgres -- "$@"; }
sql() { in_postgres psql -XAtq -v ON_ERROR_STOP=1 -c "$1" </dev/null; }

# Orders come one by one, as customers place them; each carries a checksum of its own.
write_orders() {
  while sleep 0.02; do
    echo "insert into orders (item, price) values (md5(random()::text), random() * 100);"
  done | in_postgres psql -Xq >/dev/null 2>&1
}
write_pgbench() {
  in_postgres sh -c 'PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
    exec pgbench --no-vacuum --client=2 --rate=200 --time=3600 postgres' >/dev/null 2>&1 </dev/null
}

step "1. A cluster on this machine, with a PostgreSQL that is written to all the time"
run oadp-plan sandbox up --state "$SANDBOX"
run kubectl apply -f deploy/demo/postgres.yaml
run kubectl rollout status -n shop statefulset/postgres --timeout=120s
sql "create table orders (id bigserial primary key, item text not null, price numeric not null,
  placed_at timestamptz not null default clock_timestamp())"
in_postgres sh -c 'PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
  exec pgbench --initialize --quiet --scale=5 postgres' </dev/null >/dev/null 2>&1
write_orders &
WRITERS+=($!)
write_pgbench &
WRITERS+=($!)
kubectl create namespace oadp-plan >/dev/null
# The repository's password is made here and lives in the cluster; plans only refer to it.
head -c 24 /dev/urandom | base64 >"$WORK/password"
kubectl create secret generic restic-demo -n oadp-plan --from-file=password="$WORK/password" >/dev/null
until [ "$(sql 'select count(*) from orders')" -ge "$ORDERS_MIN" ]; do sleep 0.5; done
run kubectl get pods,pvc -n shop

step "2. The plans, in git: checked, then compared with the cluster"
mkdir -p "$WORK/git"
cp -r plans "$WORK/git/protection"
cd "$WORK/git"
sed -i "s|/var/lib/oadp-plan/repository|$WORK/repository|" protection/project.yaml
git init -q -b main .
git config user.name demo && git config user.email demo@example.com
git add -A && git commit -q -m "Protect the shop's database"
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
for pid in "${WRITERS[@]}"; do kill "$pid" 2>/dev/null || true; done
sql "select id || '|' || md5(orders::text) from orders order by id" >"$WORK/orders.before"
run kubectl delete namespace shop --timeout=120s
remains() {
  kubectl get volumesnapshots,volumesnapshotcontents -A -o name
  kubectl get pv -o jsonpath='{.items[?(@.spec.claimRef.namespace=="shop")].metadata.name}'
}
for _ in $(seq 60); do [ -z "$(remains)" ] && break; sleep 0.5; done
[ -z "$(remains)" ] || die "volumes or snapshots remain: $(remains)"
echo "no volume and no snapshot of it is left"

step "6. The way back is a plan too: compared, then applied"
run oadp-plan diff protection/restores/shop-pg.yaml
run oadp-plan apply protection/restores/shop-pg.yaml --auto-approve
run kubectl get pods,pvc -n shop

step "7. Proof"
sql "select id || '|' || md5(orders::text) from orders order by id" >"$WORK/orders.after"
count=$(wc -l <"$WORK/orders.after")
last=$(tail -n 1 "$WORK/orders.after" | cut -d'|' -f1)
[ "$last" -ge "$before" ] || die "order $last is the last one restored, $before were committed before"
[ "$last" -le "$after" ] || die "order $last was not placed before the recovery point was made"
cmp <(head -n "$count" "$WORK/orders.before") "$WORK/orders.after" ||
  die "the restored orders are not those that were placed"
echo "orders: $count rows restored, every row equal (md5 $(md5sum <"$WORK/orders.after" | cut -c1-12));" \
  "the cut lies between order $before and order $after"
balances=$(sql "select (select sum(abalance) from pgbench_accounts)
  = (select coalesce(sum(delta), 0) from pgbench_history)
  and (select sum(bbalance) from pgbench_branches)
  = (select coalesce(sum(delta), 0) from pgbench_history)")
[ "$balances" = t ] || die "pgbench's balances do not add up"
echo "pgbench: balances of accounts, branches and history add up"
in_postgres sh -c 'PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
  exec pg_amcheck --all --install-missing --heapallindexed' </dev/null ||
  die "pg_amcheck found damage"
echo "pg_amcheck: clean"
restic --no-cache -r "$WORK/repository/restic-demo" --password-file "$WORK/password" check --read-data
oadp-plan log --output json | jq -r '.runs[].points[] |
  "held: PostgreSQL was in backup mode for \(.quiescedSeconds) s, and took writes all the time\n" +
  "moved: \(.bytesProcessed / 1048576 | round) MiB read, \(.bytesAdded / 1048576 | round) MiB new"'
echo
echo "demo: ok, $count orders and $(sql 'select count(*) from pgbench_history') transactions are back"
