#!/usr/bin/env bash
# The last step of action.yml: makes a command line of its inputs (in the environment), runs it, judges its exit status.
# shellcheck disable=SC2153 # upper case: given by action.yml
set -euo pipefail

arguments=("$COMMAND")
# each TEXT: its lines, without blanks around them and without empty ones.
each() { sed -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//' -e '/^$/d' <<<"$1"; }

while read -r report; do arguments+=(--report "$report"); done < <(each "$REPORTS")
while read -r argument; do arguments+=("$argument"); done < <(each "$ARGUMENTS")
annotations=$(mktemp -d)/annotations
if [[ $ANNOTATIONS == true ]]; then arguments+=(--report "github=$annotations"); fi
if [[ $COMMAND == validate ]]; then
  arguments+=(--quiet)
  if [[ -n $SHARD ]]; then arguments+=(--shard "$SHARD"); fi
  if [[ -z $PYTHON ]]; then arguments+=(--no-prepare); fi
fi
shopt -s nullglob globstar
while read -r pattern; do
  # A pattern that nothing fits is given as it is, so that azlab says so.
  mapfile -t found < <(compgen -G "$pattern" | LC_ALL=C sort)
  if ((${#found[@]})); then arguments+=("${found[@]}"); else arguments+=("$pattern"); fi
done < <(each "$FILES")

# What labs print is shown, but must not command the runner: commands are stopped until a word that no lab knows.
word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$word"
status=0
"$AZLAB" "${arguments[@]}" || status=$?
printf '\n::%s::\n' "$word"
if [[ -e $annotations ]]; then cat "$annotations"; fi

echo "status=$status" >>"$GITHUB_OUTPUT"
if ((status == 2)); then exit 2; fi
case " $ACCEPT " in
  *" $status "*) ;;
  *) exit "$status" ;;
esac
