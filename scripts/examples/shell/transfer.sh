#!/usr/bin/env bash
# Moves an amount between accounts. Usage: transfer.sh FROM TO AMOUNT [TIMES]     exit status 1: not covered
#
# Both sides are one transaction, and `min` bounds what may be taken: an account never goes below 0, and what leaves one
# arrives at the other, whoever else is at it.
set -euo pipefail
. "$(dirname "$0")/store.sh"

result=0
for ((i = 0; i < ${4:-1}; ++i)); do
    answer=$(execute "{\"cmd_type\":\"incr\",\"key\":\"$1\",\"by\":-$3,\"min\":0}" "{\"cmd_type\":\"incr\",\"key\":\"$2\",\"by\":$3}")
    case $(status_of "$answer") in
    200) sed -nE 's/^\{"results":\[(.*),(.*)\]\}$/left \1 \2/p' <<<"$answer" ;;
    409)
        echo "not covered"
        result=1
        ;;
    *)
        echo "$answer" >&2
        exit 2
        ;;
    esac
done
exit "$result"
