#!/bin/bash
# A volume without a filesystem, on a real cluster: its bytes are protected, its namespace deleted,
# restored into, and read back equal. See scripts/lib.sh for what it is told; APP_IMAGE has sh, dd and
# sha256sum.
set -euo pipefail
cd "$(dirname "$0")/.."
STORE=s3
source scripts/lib.sh
: "${CLUSTER:?names a kubeconfig}"
APP_IMAGE=${APP_IMAGE:-registry.local/busybox:1.35}
cat >"$WORK/raw.yaml" <<END
apiVersion: v1
kind: Namespace
metadata: {name: raw}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: disk, namespace: raw}
spec: {accessModes: [ReadWriteOnce], volumeMode: Block, storageClassName: $STORAGE_CLASS, resources: {requests: {storage: 64Mi}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: app, namespace: raw}
spec:
  serviceName: app
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: app
          image: $APP_IMAGE
          command: [sleep, "100000"]
          volumeDevices: [{name: disk, devicePath: /dev/disk}]
      volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
END
sum() { kubectl exec -n raw app-0 -- sh -c 'dd if=/dev/disk bs=1M 2>/dev/null | sha256sum' | cut -d' ' -f1; }

kubectl apply -f "$WORK/raw.yaml" >/dev/null
kubectl rollout status -n raw statefulset/app --timeout=120s >/dev/null
kubectl exec -n raw app-0 -- sh -c 'dd if=/dev/urandom of=/dev/disk bs=1M count=20 seek=7 conv=notrunc; sync' 2>/dev/null
before=$(sum)
make_secrets
commit_plans "$WORK"
rm -r protection/shop protection/restores
cat >protection/raw.yaml <<END
apiVersion: oadp-plan.dev/v1alpha1
kind: ProtectionPlan
metadata: {name: disk, namespace: raw}
spec:
  policyRef: {name: gold}
  select: {workloads: [{kind: StatefulSet, name: app}]}
  volumes: [{name: disk, claim: disk}]
  resources: {include: [StatefulSet]}
  overrides: {require: {consistency: Volume}}
END
cat >protection/back.yaml <<END
apiVersion: oadp-plan.dev/v1alpha1
kind: RestorePlan
metadata: {name: back, namespace: raw}
spec:
  source: {planRef: {namespace: raw, name: disk}, point: {latest: true}}
  target: {namespace: raw, createNamespace: true}
END
git add -A && git commit -q -m "Protect a device"
MOVER=(${MOVER_IMAGE:+--mover-image "$MOVER_IMAGE"})
run oadp-plan apply protection --auto-approve "${MOVER[@]}"
kubectl delete namespace raw --timeout=120s >/dev/null
run oadp-plan apply protection/back.yaml --auto-approve "${MOVER[@]}"
kubectl rollout status -n raw statefulset/app --timeout=120s >/dev/null
after=$(sum)
[ "$before" = "$after" ] || die "the device reads $after, and read $before before"
stock_restic "$WORK" check --read-data | tail -n 1
kubectl delete namespace raw --wait=false >/dev/null
echo "block: ok, every byte of the device is back ($after)"
