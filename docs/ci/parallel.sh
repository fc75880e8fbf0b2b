#!/usr/bin/env bash
# parallel.sh [WORKERS]: the labs of this repository shared out among processes of this computer by GNU parallel, then one
# report, with its exit status. AZLAB names another program than the azlab of the PATH.
set -euo pipefail

azlab=${AZLAB:-azlab}
workers=${1:-$(nproc)}
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT

# Exit statuses 1 and 3 of a part say something about its labs, which the merged report tells; others are about the run.
part() {
  local status=0
  "$azlab" validate --quiet --shard "$1/$workers" --report json="$parts/$1.json" || status=$?
  case $status in 0 | 1 | 3) ;; *) return "$status" ;; esac
}
export -f part
export azlab workers parts

parallel --will-cite --jobs "$workers" --group part ::: $(seq "$workers") || exit 2

merged=()
for ((i = 1; i <= workers; i++)); do merged+=("$parts/$i.json"); done
"$azlab" merge "${merged[@]}" --report json=labs.json --report html=labs.html --report sarif=labs.sarif
