#!/bin/bash
# What a diff itself costs, from an observation in memory: change set, execution graph and rendered
# report. `large` is 500 plans of ten claims each, with 400 recovery points each of which one expires;
# `tenfold` ten times of everything; `claims` ten times of all but the points; `expiry` the first with
# a retention that lets 362 of each plan's points expire at once. The peak is of the whole process,
# what was observed included.
set -euo pipefail
cd "$(dirname "$0")/.."
BENCHMARKS=$PWD/.build/release/Benchmarks
RUNS=${RUNS:-3}

# measure WHAT PLANS CLAIMS POINTS KEPT: the fastest of RUNS.
measure() {
  for _ in $(seq "$RUNS"); do "$BENCHMARKS" planner "${@:2}"; done |
    awk -v what="$1" -v points=$(($2 * $4)) '{
      for (i = 1; i < 12; i += 2) v[$i] = $(i + 1)
      if (best == "" || v["wall"] < best) { best = v["wall"]; cpu = v["cpu"]; peak = v["rss"] }
    } END { printf "%-8s %8d %9d %9d %8.3f %8.3f %9.1f\n", what, v["claims"], points, v["expiries"],
      best, cpu, peak / 1048576 }'
}

echo "the fastest of $RUNS, $(nproc) cores"
printf '%-8s %8s %9s %9s %8s %8s %9s\n' what claims points expiring 'wall s' 'CPU s' 'peak MiB'
measure large 500 10 400 399
measure tenfold 5000 10 400 399
measure claims 5000 10 40 39
measure expiry 500 10 400 38
