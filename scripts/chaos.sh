#!/bin/bash
# Strikes a real cluster in the midst of a run, each time another part of it: the run must end well
# or stop with an exit code that says so, the same command again must finish, and then nothing of
# ours may be left, nothing be held, and the database be out of backup mode.
#
#   CLUSTER=kubeconfig CTL=ctl.sh STORAGE_CLASS=… MOVER_IMAGE=… SEAWEED_IP=… scripts/chaos.sh [STRIKE…]
#
# CTL is a program that kills and starts the node's parts: `CTL kill|start kubelet|kube-apiserver|…`.
set -euo pipefail
cd "$(dirname "$0")/.."
STORE=s3
source scripts/lib.sh
: "${CLUSTER:?names a kubeconfig}" "${CTL:?names what kills and starts parts of the node}"
STRIKES=("$@")
[ "${#STRIKES[@]}" -gt 0 ] || STRIKES=(kubelet-killed api-server-restarted mover-pod-deleted
  node-cordoned snapshotter-stopped store-stopped store-frozen)

mover_pod() { kubectl get pods -n oadp-plan -l app.kubernetes.io/managed-by=oadp-plan -o name | head -n 1; }
until_mover() { for _ in $(seq 300); do [ -z "$(mover_pod)" ] || return 0; sleep 0.1; done; }

# What each strike waits for in the run's output, what it does then, and how long until it is undone.
moment() { # the line after which STRIKE falls
  case $1 in
    snapshotter-stopped | api-server-restarted) echo ':begin  *done' ;;
    *) echo 'data:cut  *done' ;;
  esac
}
strike() {
  case $1 in
    kubelet-killed) "$CTL" kill kubelet; sleep 20; "$CTL" start kubelet ;;
    api-server-restarted) "$CTL" kill kube-apiserver; sleep 8; "$CTL" start kube-apiserver ;;
    mover-pod-deleted) until_mover; kubectl delete -n oadp-plan "$(mover_pod)" --force --grace-period=0 ;;
    node-cordoned) kubectl cordon "$NODE"; sleep 20; kubectl uncordon "$NODE" ;;
    snapshotter-stopped) "$CTL" kill csi-snapshotter; sleep 20; "$CTL" start csi-snapshotter ;;
    store-stopped) stop_seaweed; sleep 20; run_seaweed ;;
    store-frozen) kill -STOP "$SEAWEED"; sleep 20; kill -CONT "$SEAWEED" ;;
    *) die "there is no strike $1" ;;
  esac
}

remains() {
  census
  [ "$(sql "select count(*) from pg_stat_activity where query ilike '%pg_backup_start%'
    and pid <> pg_backend_pid()")" = 0 ] || echo 'postgres/backup-mode'
}

start_shop
NODE=$(kubectl get nodes -o jsonpath='{.items[0].metadata.name}')
commit_plans "$WORK"
# A point is due every minute.
sed -i 's|cron: .*}|cron: "* * * * *"}|' protection/project.yaml
apply() { oadp-plan apply protection --auto-approve ${MOVER_IMAGE:+--mover-image "$MOVER_IMAGE"}; }
apply >"$WORK/first.log" 2>&1 || { tail -n 20 "$WORK/first.log"; die "an undisturbed run fails"; }

for name in "${STRIKES[@]}"; do
  sleep "$((61 - 10#$(date +%S)))"
  log=$WORK/$name.log
  began=$SECONDS
  apply >"$log" 2>&1 &
  run=$!
  for _ in $(seq 600); do
    ! grep -q "$(moment "$name")" "$log" || break
    kill -0 "$run" 2>/dev/null || break
    sleep 0.1
  done
  kill -0 "$run" 2>/dev/null || { tail "$log"; die "$name: the run was over before the strike"; }
  strike "$name" >"$log.strike" 2>&1 || { tail "$log.strike"; die "$name: could not strike"; }
  code=0
  wait "$run" || code=$?
  took=$((SECONDS - began))
  again=0
  while ! apply >"$log.again" 2>&1; do
    again=$((again + 1))
    [ "$again" -lt 4 ] || { tail -n 20 "$log.again"; die "$name: the run does not finish"; }
    sleep 5
  done
  for _ in $(seq 60); do left=$(remains); [ -z "$left" ] && break; sleep 1; done
  [ -z "$left" ] || die "$name left: $left"
  printf '%-22s exit %s after %3d s, then 0 after %d more; nothing is left\n' "$name" "$code" \
    "$took" "$((again + 1))"
done
stock_restic "$WORK" check --read-data | tail -n 1
echo "chaos: ok, ${#STRIKES[@]} strikes"
