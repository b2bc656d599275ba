#!/bin/bash
# Feeds every decoder of what comes from a repository with inputs that libFuzzer makes, for
# FUZZ_SECONDS (an hour), beginning with Tests/Fuzzer/Seeds. CORPUS keeps what it found interesting
# for a next time. What crashes is written to FOUND, and ends this with an error; it becomes a test.
set -euo pipefail
cd "$(dirname "$0")/.."
FUZZ_SECONDS=${FUZZ_SECONDS:-3600}
CORPUS=${CORPUS:-.build/fuzz/corpus}
FOUND=${FOUND:-.build/fuzz/found}
FUZZER=.build/fuzz/release/Fuzzer

OADP_FUZZ=1 OADP_ONLY=Fuzzer swift build --scratch-path .build/fuzz --sanitize fuzzer \
  --configuration release --product Fuzzer
mkdir -p "$CORPUS" "$FOUND"
# The first byte tells the fuzzer which decoder the rest is for.
number=0
for name in tree snapshot index pack-header config key master-key lock changed-blocks; do
  seed=Tests/Fuzzer/Seeds/$name
  if [ -e "$seed" ]; then
    { printf "\\x$(printf %02x "$number")"; cat "$seed"; } >"$CORPUS/seed-$name"
  fi
  number=$((number + 1))
done
SWIFT_BACKTRACE=enable=no "$FUZZER" "$CORPUS" -artifact_prefix="$FOUND/" -max_total_time="$FUZZ_SECONDS" \
  -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1
