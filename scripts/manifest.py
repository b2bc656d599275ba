"""Prints everything below a folder, one line each, for a comparison with what was restored:

    manifest.py FOLDER

Name, kind, mode, owner, times of modification, extended attributes; of files their length, digest
and which others are the same file; of links where they lead, of devices which. The folder itself is
left out, as a snapshot of its contents has nothing about it."""

import hashlib
import os
import stat
import sys

first_name = {}


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def details(path, status):
    if stat.S_ISREG(status.st_mode):
        same = first_name.setdefault((status.st_dev, status.st_ino), path)
        return f"{status.st_size} {digest(path)} {ascii(same) if status.st_nlink > 1 else ''}"
    if stat.S_ISLNK(status.st_mode):
        return ascii(os.readlink(path))
    if stat.S_ISBLK(status.st_mode) or stat.S_ISCHR(status.st_mode):
        return f"{os.major(status.st_rdev)}:{os.minor(status.st_rdev)}"
    return ""


def describe(path):
    status = os.lstat(path)
    attributes = {
        name: os.getxattr(path, name, follow_symlinks=False)
        for name in sorted(os.listxattr(path, follow_symlinks=False))
    }
    print(
        ascii(path), oct(status.st_mode), f"{status.st_uid}:{status.st_gid}", status.st_mtime_ns,
        attributes, details(path, status),
    )
    if stat.S_ISDIR(status.st_mode):
        for name in sorted(os.listdir(path)):
            describe(os.path.join(path, name))


os.chdir(os.fsencode(sys.argv[1]))
for entry in sorted(os.listdir(b".")):
    describe(entry)
