# What demo, end-to-end test and kill check share: a folder to work in, a cluster, and in it the shop
# of deploy/demo, whose PostgreSQL is written to all the time. The folder is kept only where KEEP
# names one.
#
# The cluster is a sandbox of its own, or the one that CLUSTER, a kubeconfig, leads to; there,
# STORAGE_CLASS is the class of the shop's claims, MOVER_IMAGE an image of this program that its
# nodes have, and SEAWEED_IP an address of this machine that its pods reach.
ROOT=$PWD
BIN=${BIN:-$ROOT/.build/release}
PATH=$BIN:$ROOT/.build/tools/bin:$PATH
NAME=$(basename "$0" .sh)
WORK=${KEEP:-$(mktemp -d "/tmp/oadp-plan-$NAME.XXXXXX")}
mkdir -p "$WORK"
SANDBOX=$WORK/sandbox
# Where repositories are: in a local folder, or with STORE=s3 in SeaweedFS's S3 on this machine.
STORE=${STORE:-local}
source scripts/seaweed.sh
export KUBECONFIG=${CLUSTER:-$SANDBOX/kubeconfig}
STORAGE_CLASS=${STORAGE_CLASS:-sandbox-ssd}
ORDERS_MIN=${ORDERS_MIN:-300}

step() { printf '\n\033[1m# %s\033[0m\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@"; }
die() { printf '%s: FAILED: %s\n' "$NAME" "$*" >&2; exit 1; }

CHILDREN=()
stop_children() {
  local pid
  for pid in "${CHILDREN[@]}"; do kill "$pid" 2>/dev/null || true; done
  CHILDREN=()
}
finish() {
  local status=$?
  stop_children
  stop_seaweed
  [ -n "${CLUSTER:-}" ] || oadp-plan sandbox down --state "$SANDBOX" >/dev/null 2>&1 || true
  if [ "$status" -ne 0 ] && [ -z "${CLUSTER:-}" ]; then
    printf '%s: the log of the sandbox ends with:\n' "$NAME" >&2
    tail -n 20 "$SANDBOX/sandbox.log" >&2 || true
  fi
  [ -n "${KEEP:-}" ] || rm -rf "$WORK"
  exit "$status"
}
trap finish EXIT

# Commands run in the database's container, in the namespace SHOP.
SHOP=shop
in_postgres() { kubectl exec -i -n "$SHOP" postgres-0 -c postgres -- "$@"; }
sql() { in_postgres psql -XAtq -v ON_ERROR_STOP=1 -c "$1" </dev/null; }
postgres_tool() {
  in_postgres sh -c 'PATH=$(echo /usr/lib/postgresql/*/bin):$PATH; exec "$@"' sh "$@" </dev/null
}
amcheck() { postgres_tool pg_amcheck --all --install-missing --heapallindexed; }

# Orders come one by one, as customers place them; each carries a checksum of its own.
write_orders() {
  while sleep 0.02; do
    echo "insert into orders (item, price) values (md5(random()::text), random() * 100);"
  done | in_postgres psql -Xq >/dev/null 2>&1
}

# The movers' namespace, with the repository's password and, for S3, the keys of a server that this
# starts.
make_secrets() {
  kubectl create namespace oadp-plan >/dev/null
  # The repository's password is made here and lives in the cluster; plans only refer to it.
  head -c 24 /dev/urandom | base64 >"$WORK/password"
  kubectl create secret generic restic-demo -n oadp-plan \
    --from-file=password="$WORK/password" >/dev/null
  if [ "$STORE" = s3 ]; then
    start_seaweed "$WORK/seaweed"
    printf %s "$S3_ACCESS_KEY" >"$WORK/AWS_ACCESS_KEY_ID"
    printf %s "$S3_SECRET_KEY" >"$WORK/AWS_SECRET_ACCESS_KEY"
    kubectl create secret generic s3-demo -n oadp-plan --from-file="$WORK/AWS_ACCESS_KEY_ID" \
      --from-file="$WORK/AWS_SECRET_ACCESS_KEY" >/dev/null
  fi
}

start_shop() {
  [ -n "${CLUSTER:-}" ] || run oadp-plan sandbox up --state "$SANDBOX"
  sed "s/sandbox-ssd/$STORAGE_CLASS/" "$ROOT/deploy/demo/postgres.yaml" >"$WORK/postgres.yaml"
  run kubectl apply -f "$WORK/postgres.yaml"
  run kubectl rollout status -n shop statefulset/postgres --timeout=120s
  sql "create table orders (id bigserial primary key, item text not null, price numeric not null,
    placed_at timestamptz not null default clock_timestamp())"
  postgres_tool pgbench --initialize --quiet --scale=5 postgres >/dev/null 2>&1
  write_orders &
  CHILDREN+=($!)
  postgres_tool pgbench --no-vacuum --client=2 --rate=200 --time=3600 postgres >/dev/null 2>&1 &
  CHILDREN+=($!)
  make_secrets
  until [ "$(sql 'select count(*) from orders')" -ge "$ORDERS_MIN" ]; do sleep 0.5; done
}

# Makes FOLDER/git with the plans of this repository, committed, and goes there; what they protect
# is copied to FOLDER/repository, or to the bucket.
commit_plans() {
  mkdir -p "$1/git"
  cp -r "$ROOT/plans" "$1/git/protection"
  cd "$1/git"
  local place="  path: $1/repository"
  [ "$STORE" != s3 ] || place="  type: S3\n  endpoint: $S3_URL\n  bucket: demo\n  pathStyle: true\n\
  credentials: {secretRef: {namespace: oadp-plan, name: s3-demo}}"
  sed -i -e "s|^  path: /var/lib/oadp-plan/repository|$place|" protection/project.yaml
  [ "$STORE" != s3 ] || sed -i '/^  type: Local$/d' protection/project.yaml
  git init -q -b main .
  git config user.name demo && git config user.email demo@example.com
  git add -A && git commit -q -m "Protect the shop's database"
}

# Stock restic, on the repository that commit_plans named.
stock_restic() {
  local repository=$1/repository/restic-demo
  [ "$STORE" != s3 ] || repository=s3:$S3_URL/demo/restic-demo
  AWS_ACCESS_KEY_ID=${S3_ACCESS_KEY:-} AWS_SECRET_ACCESS_KEY=${S3_SECRET_KEY:-} \
    restic --no-cache -r "$repository" --password-file "$WORK/password" "${@:2}"
}

# The disaster: the shop goes with its volumes and snapshots; what its orders were is kept.
destroy_shop() {
  local _
  stop_children
  sql "select id || '|' || md5(orders::text) from orders order by id" >"$WORK/orders.before"
  run kubectl delete namespace shop --timeout=120s
  for _ in $(seq 120); do [ -z "$(shop_remains)" ] && break; sleep 0.5; done
  [ -z "$(shop_remains)" ] || die "volumes or snapshots remain: $(shop_remains)"
}
shop_remains() {
  kubectl get volumesnapshots,volumesnapshotcontents -A -o name
  kubectl get pv -o jsonpath='{.items[?(@.spec.claimRef.namespace=="shop")].metadata.name}'
}

# prove_orders BEFORE AFTER: the restored orders are those that were placed, up to one between the two;
# afterwards COUNT says how many.
prove_orders() {
  local last
  sql "select id || '|' || md5(orders::text) from orders order by id" >"$WORK/orders.after"
  COUNT=$(wc -l <"$WORK/orders.after")
  last=$(tail -n 1 "$WORK/orders.after" | cut -d'|' -f1)
  [ "$last" -ge "$1" ] || die "order $last is the last one restored, $1 were committed before"
  [ "$last" -le "$2" ] || die "order $last was not placed before the recovery point was made"
  cmp <(head -n "$COUNT" "$WORK/orders.before") "$WORK/orders.after" ||
    die "the restored orders are not those that were placed"
}

# What exists of ours on the cluster, and who holds a lock: after a run, nothing and nobody.
census() {
  kubectl get jobs,pods,volumesnapshots,volumesnapshotcontents -A \
    -l app.kubernetes.io/managed-by=oadp-plan -o name
  kubectl get jobs,pods,pvc -n oadp-plan -o name
  kubectl get leases -A -l app.kubernetes.io/managed-by=oadp-plan -o json |
    jq -r '.items[] | select(.spec.holderIdentity // "" != "") | "lease/" + .metadata.name'
}
