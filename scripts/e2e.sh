#!/bin/bash
# The whole story on a cluster that people run: a StatefulSet with PostgreSQL on two claims is
# protected by mover Jobs into an S3 bucket, its namespace is deleted, restored, and compared row by
# row. The runner has the permissions that `rbac generate` derives from the plans, and no other.
#
#   CLUSTER=kubeconfig STORAGE_CLASS=csi-hostpath-sc MOVER_IMAGE=localhost/oadp-plan:dev \
#     SEAWEED_IP=10.0.0.1 scripts/e2e.sh
#
# Without CLUSTER it plays on a sandbox. docs/end-to-end.md says how images get onto a node.
set -euo pipefail
cd "$(dirname "$0")/.."
STORE=s3
source scripts/lib.sh
MOVER=(${MOVER_IMAGE:+--mover-image "$MOVER_IMAGE"})

step "1. A PostgreSQL on two claims, written to all the time"
start_shop
run kubectl get pods,pvc -n shop -o wide
commit_plans "$WORK"

step "2. A service account that may do what the plans need, and no more"
oadp-plan rbac generate protection >"$WORK/rbac.yaml"
run kubectl apply -f "$WORK/rbac.yaml"
kubectl config view --raw --flatten -o json | jq \
  '.users[].user.as = "system:serviceaccount:oadp-plan:oadp-plan"' >"$WORK/runner.kubeconfig"
chmod 600 "$WORK/runner.kubeconfig"
as_runner() { KUBECONFIG=$WORK/runner.kubeconfig run "$@"; }
as_runner oadp-plan rbac check protection
as_runner oadp-plan doctor protection

step "3. Protected: quiesce, cut, unquiesce, copy by Jobs, seal"
before=$(sql 'select coalesce(max(id), 0) from orders')
as_runner oadp-plan diff protection
if [ -n "${CLUSTER:-}" ]; then
  # By the cluster's own clock, which is moved on by hand: the runner is a pod with that account.
  oadp-plan schedule generate protection ${MOVER_IMAGE:+--image "$MOVER_IMAGE"} >"$WORK/schedule.yaml"
  run kubectl apply -f "$WORK/schedule.yaml"
  run kubectl create job -n oadp-plan first --from=cronjob/oadp-plan-gold
  kubectl wait -n oadp-plan job/first --for=condition=Complete --timeout=180s || {
    kubectl logs -n oadp-plan job/first --tail=50
    die "the Job that protects did not complete"
  }
  run kubectl logs -n oadp-plan job/first
  kubectl delete job -n oadp-plan first >/dev/null
else
  as_runner oadp-plan apply protection --auto-approve
fi
after=$(sql 'select max(id) from orders')
left=$(census)
[ -z "$left" ] || die "the run left: $left"
as_runner oadp-plan diff protection --detailed-exitcode

step "4. Disaster: the namespace goes, with its volumes and snapshots"
destroy_shop

step "5. Restored: claims filled by Jobs before any workload exists"
as_runner oadp-plan diff protection/restores/shop-pg.yaml
as_runner oadp-plan apply protection/restores/shop-pg.yaml --auto-approve "${MOVER[@]}"
run kubectl get pods,pvc -n shop
left=$(census)
[ -z "$left" ] || die "the restore left: $left"

step "6. Proof"
prove_orders "$before" "$after"
amcheck || die "pg_amcheck found damage"
stock_restic "$WORK" check --read-data
echo
echo "e2e: ok, $COUNT orders are back, every one equal; the cut lies between $before and $after"
