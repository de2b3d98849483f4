#!/usr/bin/env bash
# A queue of words. Usage: jobs.sh NAME put WORD...     or     jobs.sh NAME take [COUNT]     prints what it took
#
# Jobs are keys in the order of their numbers. Who takes the first removes it at the version that was read: where another
# was faster, that fails, and the next one is tried. So each job is taken once.
set -euo pipefail
. "$(dirname "$0")/store.sh"

name=$1
what=$2
shift 2

put() {
    local number=0 version=0 answer
    while true; do
        answer=$(execute "{\"cmd_type\":\"check\",\"key\":\"$name/last\",\"version\":$version}" \
            "{\"cmd_type\":\"incr\",\"key\":\"$name/last\"}" \
            "{\"cmd_type\":\"set\",\"key\":\"$(printf '%s/job/%012d' "$name" $((number + 1)))\",\"value\":\"$1\"}")
        [[ $(status_of "$answer") != 200 ]] || return 0
        # What is there now: no need to read it.
        read -r number version < <(sed -nE 's/.*"actual":\{"value":"([0-9]+)","version":([0-9]+)\}.*/\1 \2/p' <<<"$answer")
    done
}

take() {
    local first key value version removed
    while true; do
        first=$(ask "/v1/keys?limit=1&prefix=$name/job/" |
            sed -nE 's/^\{"entries":\[\{"key":"([^"]*)","value":"([^"]*)","version":([0-9]+)\}.*/\1 \2 \3/p')
        if [[ -z $first ]]; then
            sleep 0.01
            continue
        fi
        read -r key value version <<<"$first"
        removed=$(ask "/v1/keys/$key" --request DELETE --header "If-Match: \"$version\"")
        [[ $(status_of "$removed") != 204 ]] || break
    done
    echo "$value"
}

if [[ $what == put ]]; then
    for job; do put "$job"; done
else
    for ((i = 0; i < ${1:-1}; ++i)); do take; done
fi
