#!/usr/bin/env bash
# Does work that one client may do at a time. Usage: lock.sh NAME [TIMES]
#
# The lock is a key that is only created where it is not there, and goes by itself when its owner does not come back. Its
# version is a fencing token: it grows with each owner, and whoever writes checks in the same transaction that the lock is
# still at it. So an owner that was away for too long can do no harm, whatever it believes.
set -euo pipefail
. "$(dirname "$0")/store.sh"

ttl_ms=5000
lock=$1/lock
work=$1/work

# The version of the lock, which is ours from here on: the ETag of the key that we have made.
acquire() {
    local answer
    until answer=$(ask "/v1/keys/$lock?ttl_ms=$ttl_ms" --request PUT --header 'If-None-Match: *' --data "$$" --include) &&
        [[ $(status_of "$answer") == 201 ]]; do
        sleep 0.01
    done
    sed -nE 's/^ETag: "([0-9]+)".*/\1/p' <<<"$answer"
}

for ((i = 0; i < ${2:-1}; ++i)); do
    version=$(acquire)
    before=$(execute "{\"cmd_type\":\"get\",\"key\":\"$work\"}" | sed -nE 's/^\{"results":\["([0-9]+)"\]\}$/\1/p')
    after=$((${before:-0} + 1)) # the work: read, think, write
    written=$(execute "{\"cmd_type\":\"check\",\"key\":\"$lock\",\"version\":$version}" \
        "{\"cmd_type\":\"set\",\"key\":\"$work\",\"value\":\"$after\"}" "{\"cmd_type\":\"del\",\"key\":\"$lock\"}")
    if [[ $(status_of "$written") == 200 ]]; then echo "$version $after"; else echo "$version lost the lock"; fi
done
