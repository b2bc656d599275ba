#!/usr/bin/env python3
"""crowd.py FOLDER NAMESPACES CLAIMS [remove]: fills a cluster with claims that are bound to volumes
without data, and FOLDER with a plan for each namespace. kubectl has to reach the cluster.

It speaks through `kubectl proxy` on a socket of its own, so that no credentials are read here.
"""
import concurrent.futures
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time

folder, namespaces, claims = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
removes = sys.argv[4:] == ["remove"]
local = threading.local()


class Connection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)


def send(method, target, body=None):
    for attempt in range(5):
        try:
            if not hasattr(local, "connection"):
                local.connection = Connection("localhost")
            local.connection.request(
                method, target, json.dumps(body) if body else None,
                {"Content-Type": "application/json"})
            answer = local.connection.getresponse()
            text = answer.read()
            if answer.status < 300 or answer.status in (404, 409):
                return
            if answer.status < 500 and answer.status != 429:
                sys.exit(f"{method} {target}: {answer.status} {text[:300]!r}")
        except (http.client.HTTPException, OSError):
            del local.connection
        time.sleep(0.5 * 2 ** attempt)
    sys.exit(f"{method} {target}: no answer")


def fill(number):
    namespace = f"crowd-{number:03}"
    send("POST", "/api/v1/namespaces", {"metadata": {"name": namespace}})
    for index in range(claims):
        name = f"data-{index:03}"
        volume = f"{namespace}-{name}"
        send("POST", "/api/v1/persistentvolumes", {
            "metadata": {"name": volume, "labels": {"crowd": "yes"}},
            "spec": {
                "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"],
                "storageClassName": "crowd", "persistentVolumeReclaimPolicy": "Retain",
                "csi": {"driver": DRIVER, "volumeHandle": volume},
                "claimRef": {"namespace": namespace, "name": name}}})
        send("POST", f"/api/v1/namespaces/{namespace}/persistentvolumeclaims", {
            "metadata": {"name": name, "labels": {"app": f"app-{index % 5}"}},
            "spec": {
                "accessModes": ["ReadWriteOnce"], "storageClassName": "crowd",
                "volumeName": volume, "resources": {"requests": {"storage": "1Gi"}}}})


def empty(number):
    send("DELETE", f"/api/v1/namespaces/crowd-{number:03}")
    for index in range(claims):
        send("DELETE", f"/api/v1/persistentvolumes/crowd-{number:03}-data-{index:03}")


def write_plans():
    os.makedirs(folder, exist_ok=True)
    for number in range(namespaces):
        with open(f"{folder}/crowd-{number:03}.yaml", "w") as file:
            file.write(f"""apiVersion: oadp-plan.dev/v1alpha1
kind: ProtectionPlan
metadata: {{name: all, namespace: crowd-{number:03}}}
spec:
  policyRef: {{name: gold}}
  select: {{claims: [{{name: "*"}}]}}
  overrides: {{require: {{consistency: Volume}}}}
""")


DRIVER = os.environ.get("DRIVER", "hostpath.csi.k8s.io")
path = tempfile.mktemp(suffix=".sock")
proxy = subprocess.Popen(
    ["kubectl", "proxy", f"--unix-socket={path}", "--reject-methods=^$"], stdout=subprocess.DEVNULL)
try:
    for _ in range(100):
        if os.path.exists(path):
            break
        time.sleep(0.1)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(empty if removes else fill, range(namespaces)))
    if not removes:
        write_plans()
finally:
    proxy.terminate()
    proxy.wait()
    if os.path.exists(path):
        os.remove(path)
