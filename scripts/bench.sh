#!/bin/bash
# Every benchmark in turn; each is a script of its own, and says at its top what it measures.
set -euo pipefail
cd "$(dirname "$0")"
for name in executor planner mover; do
  echo "== $name"
  "./bench-$name.sh"
  echo
done
