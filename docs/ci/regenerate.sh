#!/bin/sh
# Makes a committed report again, judges it by the one that was committed, and shows the Markdown.
#
#   sh docs/ci/regenerate.sh [FOLDER]        FOLDER holds the committed report; default: reports/example
#
# TRAIN        flags of esci-select train; default: --no-measure, which trains on the simulated sample
# BUDGET       budget of esci-select rank; default: 2
# GATES        a gates file; default: docs/ci/gates.json
# MARKDOWN     where to leave the Markdown with the differences, for a comment; default: none
# ESCI_SELECT  the command; default: npx --no-install esci-select
#
# On GitHub the Markdown goes to the summary of the job. Exit code 1: a gate failed, and the Markdown says which.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-reports/example}
esci=${ESCI_SELECT:-npx --no-install esci-select}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$folder" "$work/baseline"
for file in report.json paired.json; do
  if [ -f "$folder/$file" ]; then cp "$folder/$file" "$work/baseline/"; fi
done

# shellcheck disable=SC2086 # flags are words
$esci train --run "$work/run" ${TRAIN:---no-measure}
$esci rank --run "$work/run" --budget "${BUDGET:-2}" --quiet >/dev/null
$esci report --run "$work/run" --out "$folder" --format html,md,json,paired

status=0
if [ -f "$work/baseline/report.json" ]; then
  $esci report --run "$work/run" --out "$work/judged" --format md \
    --baseline "$work/baseline/report.json" --gates "${GATES:-$here/gates.json}" || status=$?
else
  echo "no report was committed in $folder: nothing to judge by" >&2
  mkdir "$work/judged" && cp "$folder/report.md" "$work/judged/"
fi

if [ -n "${MARKDOWN:-}" ]; then cp "$work/judged/report.md" "$MARKDOWN"; fi
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$work/judged/report.md" >>"$GITHUB_STEP_SUMMARY"; fi
exit "$status"
