#!/usr/bin/env python3
"""pack-image.py FOLDER NAME FILE [ENTRYPOINT]: packs a file system as a container image of one layer.

FILE is what `docker save` writes, and what ctr, podman and docker load. The same folder gives the
same bytes, whatever its files' owners and times were.
"""
import hashlib
import io
import json
import os
import platform
import sys
import tarfile

root, name, target = sys.argv[1:4]
entrypoint = sys.argv[4:]


def plain(entry):
    entry.mtime = 0
    entry.uname = entry.gname = ""
    if os.geteuid() != 0:
        entry.uid = entry.gid = 0
    return entry


def pack(path, layer):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    machine = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
    config = json.dumps({
        "architecture": machine, "os": "linux",
        "config": {"Entrypoint": entrypoint, "Env": ["PATH=/usr/bin:/bin:/usr/sbin:/sbin"]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest.hexdigest()]}}).encode()
    config_name = hashlib.sha256(config).hexdigest() + ".json"
    layer_name = digest.hexdigest() + "/layer.tar"
    manifest = json.dumps([
        {"Config": config_name, "RepoTags": [name], "Layers": [layer_name]}]).encode()
    with tarfile.open(target, "w") as tar:
        for path_in, data in ((config_name, config), ("manifest.json", manifest)):
            entry = tarfile.TarInfo(path_in)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        tar.add(path, arcname=layer_name, filter=plain)


layer = target + ".layer"
try:
    with tarfile.open(layer, "w") as tar:
        for entry in sorted(os.listdir(root)):
            tar.add(os.path.join(root, entry), arcname=entry, filter=plain)
    pack(layer, target)
finally:
    os.remove(layer)
