#!/bin/bash
# Twenty applications of two volumes each, protected at once: every point is made, no more movers run
# than the plans allow, and nothing is left. On a sandbox, or on the cluster that CLUSTER leads to
# (see scripts/lib.sh); its nodes need APP_IMAGE, an image with sh, sleep and dd.
set -euo pipefail
cd "$(dirname "$0")/.."
STORE=s3
source scripts/lib.sh
APPS=${APPS:-20} MOVERS=${MOVERS:-4} APP_IMAGE=${APP_IMAGE:-registry.local/busybox:1.35}

manifests() {
  local number
  for number in $(seq -w "$APPS"); do
    cat <<END
apiVersion: v1
kind: Namespace
metadata: {name: many-$number}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: app, namespace: many-$number}
spec:
  serviceName: app
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      terminationGracePeriodSeconds: 0
      enableServiceLinks: false
      containers:
        - name: app
          image: $APP_IMAGE
          command: [sh, -ec, "for v in a b; do dd if=/dev/urandom of=/\$v/data bs=64k count=64; done; touch /a/ready; sleep 100000"]
          readinessProbe: {exec: {command: [test, -e, /a/ready]}, periodSeconds: 1}
          volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /b}]
  volumeClaimTemplates:
    - metadata: {name: a}
      spec: {accessModes: [ReadWriteOnce], storageClassName: $STORAGE_CLASS, resources: {requests: {storage: 64Mi}}}
    - metadata: {name: b}
      spec: {accessModes: [ReadWriteOnce], storageClassName: $STORAGE_CLASS, resources: {requests: {storage: 64Mi}}}
---
END
  done
}

plan() {
  cat <<END
apiVersion: oadp-plan.dev/v1alpha1
kind: ProtectionPlan
metadata: {name: app, namespace: many-$1}
spec:
  policyRef: {name: gold}
  select: {workloads: [{kind: StatefulSet, name: app}]}
  volumes: [{name: a, claim: "a-app-*"}, {name: b, claim: "b-app-*"}]
  overrides: {require: {consistency: Volume}}
END
}

step "1. $APPS applications of two volumes each"
[ -n "${CLUSTER:-}" ] || run oadp-plan sandbox up --state "$SANDBOX"
manifests | kubectl apply -f - >/dev/null
for number in $(seq -w "$APPS"); do
  kubectl rollout status -n "many-$number" statefulset/app --timeout=300s >/dev/null
done
make_secrets
commit_plans "$WORK"
rm -r protection/shop protection/restores
sed -i "s/concurrency: .*/concurrency: {apps: $APPS, movers: $MOVERS}/" protection/project.yaml
for number in $(seq -w "$APPS"); do plan "$number" >"protection/many-$number.yaml"; done
git add -A && git commit -q -m "Protect them all"

step "2. Protected at once, at most $MOVERS movers at a time"
oadp-plan diff protection | tail -n 3
( # how many mover Jobs have not ended, ten times a second
  while sleep 0.1; do
    kubectl get jobs -n oadp-plan -o json 2>/dev/null |
      jq '[.items[] | select((.status.succeeded // 0) + (.status.failed // 0) == 0)] | length'
  done >"$WORK/movers"
) & CHILDREN+=($!)
began=$SECONDS
oadp-plan apply protection --auto-approve ${MOVER_IMAGE:+--mover-image "$MOVER_IMAGE"} \
  >"$WORK/apply.log" 2>&1 || { tail -n 20 "$WORK/apply.log"; die "the run fails"; }
took=$((SECONDS - began))
stop_children
tail -n 1 "$WORK/apply.log"
most=$(sort -n "$WORK/movers" | tail -n 1)
[ "$most" -le "$MOVERS" ] || die "$most movers ran at once, $MOVERS are allowed"
points=$(oadp-plan log --output json | jq '[.runs[0].points[]] | length')
[ "$points" = "$APPS" ] || die "$points points were made, not $APPS"
left=$(census)
[ -z "$left" ] || die "the run left: $left"
stock_restic "$WORK" check | tail -n 1
for number in $(seq -w "$APPS"); do kubectl delete namespace "many-$number" --wait=false >/dev/null; done
echo "twenty: ok, $points points of $((2 * APPS)) volumes in $took s, at most $most movers at once"
