# Asks a memstore. MEMSTORE_URL says where it is, MEMSTORE_TOKEN who asks. To be sourced.

url=${MEMSTORE_URL:-http://127.0.0.1:8080}
token=()
if [[ -n ${MEMSTORE_TOKEN:-} ]]; then token=(--header "Authorization: Bearer $MEMSTORE_TOKEN"); fi

# ask PATH [OPTION of curl...]: the body of the answer, and a last line that is its status.
ask() {
    local path=$1
    shift
    curl --silent --show-error --write-out '\n%{http_code}\n' "${token[@]}" "$@" "$url$path"
}

# execute COMMAND...: one transaction, of commands in JSON.
execute() {
    local IFS=,
    ask /v1/execute --data-binary "{\"commands\":[$*]}"
}

status_of() { tail -n 1 <<<"$1"; }
