#!/usr/bin/env bash
# Tells every change under a prefix, for ever. Usage: watch.sh PREFIX [FROM]     prints version and changes in JSON
#
# When the connection breaks it goes on behind the last event that it has seen: none is missing, none is told twice.
set -euo pipefail
. "$(dirname "$0")/store.sh"

seen=${2:-}
while true; do
    resume=()
    [[ -z $seen ]] || resume=(--header "Last-Event-ID: $seen")
    id= data=
    while IFS= read -r line; do
        case $line in
        "id: "*) id=${line#id: } ;;
        "data: "*) data=${line#data: } ;;
        '{"error"'*)
            echo "$line" >&2
            [[ $line != *version_* ]] || exit 1
            ;;
        "") # the end of an event
            sed -nE 's/^\{"version":([0-9]+),"changes":(\[.*\])(,"last":true)?\}$/\1 \2/p' <<<"$data"
            seen=${id:-$seen}
            id= data=
            ;;
        esac
    done < <(curl --silent --no-buffer "${token[@]}" "${resume[@]}" "$url/v1/watch?prefix=$1")
    sleep 0.2
done
