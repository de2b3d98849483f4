#!/usr/bin/env bash
# Counts. Usage: counter.sh NAME [TIMES]     prints what it counted to, a line each
#
# An `incr` is a transaction of its own: no two clients are ever told the same number, and none is left out.
set -euo pipefail
. "$(dirname "$0")/store.sh"

for ((i = 0; i < ${2:-1}; ++i)); do
    execute "{\"cmd_type\":\"incr\",\"key\":\"$1\"}" | sed -nE 's/^\{"results":\[(.*)\]\}$/\1/p'
done
