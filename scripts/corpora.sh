# The folders that the data mover is measured on, sourced by scripts/bench-mover.sh. SIZE is in MiB.

# keystream NUMBER BYTES: bytes that nothing compresses, the same every time.
keystream() {
  openssl enc -aes-256-ctr -nosalt -pbkdf2 -pass "pass:$1" </dev/zero 2>/dev/null | head -c "$2" || true
}

make_random() {
  local part
  mkdir -p "$1"
  for part in 1 2 3 4; do keystream "$part" $((SIZE * 262144)) >"$1/$part.bin"; done
}

# A data directory that pgbench has filled and worked on, stopped cleanly. PostgreSQL does not run as root.
make_postgres() {
  local folder=$1 bin as=()
  bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -n 1)
  mkdir -p "$folder"
  if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    chmod o+x "$(dirname "$folder")"
    as=(setpriv --reuid postgres --regid postgres --clear-groups)
  fi
  {
    "${as[@]}" "$bin/initdb" -D "$folder/data" --auth trust --no-sync
    "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
      -o "-c listen_addresses='' -c unix_socket_directories=$folder -c max_wal_size=256MB -c fsync=off" start
    "${as[@]}" "$bin/pgbench" -h "$folder" --initialize --quiet --scale=$((SIZE / 18)) postgres
    "${as[@]}" "$bin/pgbench" -h "$folder" --client=4 --time=$((SIZE < 1024 ? 2 : 20)) postgres
    "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m fast -w stop
  } >"$folder.log" 2>&1 || { tail "$folder.log" >&2; return 1; }
}

make_small() { python3 scripts/corpora.py small "$1" "$SIZE"; }

make_logs() { python3 scripts/corpora.py logs "$1" "$SIZE"; }

# copy_programs FOLDER: at most SIZE MiB of the machine's libraries.
copy_programs() {
  local file left=$((SIZE << 20))
  mkdir -p "$1"
  find /usr/lib/x86_64-linux-gnu -maxdepth 1 -type f -size +64k -printf '%s %p\n' | sort -k 2 |
    while read -r size file; do
      left=$((left - size))
      [ "$left" -gt 0 ] || continue # a reader that leaves early would fail its writers
      cp "$file" "$1"
    done
}

# An ext4 file system of four times SIZE with some programs, text and a large file; the rest are
# holes.
make_image() {
  mkdir -p "$1" "$1.files"
  keystream image $((SIZE * 200000)) >"$1.files/large.bin"
  python3 scripts/corpora.py logs "$1.files/logs" $((SIZE / 4))
  copy_programs "$1.files/programs"
  truncate -s $((SIZE * 4))M "$1/disk.img"
  mke2fs -q -F -t ext4 -d "$1.files" "$1/disk.img"
  rm -rf "$1.files"
}

# change_* FOLDER: changes a hundredth, as its owner would: stretches, database pages, whole files, ends.
change_random() { python3 scripts/corpora.py extents "$1"/*.bin; }
change_postgres() { find "$1/data/base" -type f -size +8M -exec python3 scripts/corpora.py pages {} +; }
change_small() {
  find "$1" -name '*00.txt' | while read -r file; do echo changed >>"$file"; done
}
change_logs() {
  local file
  for file in "$1"/*.log; do tail -c $((SIZE * 655)) "$file" >"$1.end" && cat "$1.end" >>"$file"; done
  rm "$1.end"
}
change_image() { python3 scripts/corpora.py extents "$1/disk.img"; }
