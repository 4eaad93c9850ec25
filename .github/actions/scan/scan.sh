#!/usr/bin/env bash
# Analyses a snapshot into SARIF, JSON and the job's summary. Leaves judging to the last step, so that the SARIF file is
# uploaded first: this ends with 0 whatever was found, and with an error only when it could not run at all.
#
# In:  SIDEDOOR, SNAPSHOT, CONFIG, FAIL_ON, ALLOW_PARTIAL, CATEGORY, RUNNER_TEMP, GITHUB_STEP_SUMMARY, GITHUB_OUTPUT
# Out: exit-code, and unless the scan did not run: sarif-file, json-file, findings
set -euo pipefail

reports=$(mktemp -d "$RUNNER_TEMP/sidedoor-reports.XXXXXX")
arguments=()
[[ -z $CONFIG ]] || arguments+=(--config "$CONFIG")
[[ -z $FAIL_ON ]] || arguments+=(--fail-on "$FAIL_ON")
[[ -z $CATEGORY ]] || arguments+=(--category "$CATEGORY")
[[ $ALLOW_PARTIAL != true ]] || arguments+=(--allow-partial)
arguments+=(
  --format table
  --format "json=$reports/sidedoor.json"
  --format "sarif=$reports/sidedoor.sarif"
  --format "markdown=$reports/sidedoor.md"
)

code=0
"$SIDEDOOR" scan snapshot "${arguments[@]}" -- "$SNAPSHOT" || code=$?
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
[[ $code == [013] ]] || exit 0

cat "$reports/sidedoor.md" >>"$GITHUB_STEP_SUMMARY"
findings=$("${SIDEDOOR%/*}/python" -c '
import json, sys
print(sum(not finding["suppressed"] for finding in json.load(sys.stdin)["findings"]))
' <"$reports/sidedoor.json")
{
  echo "sarif-file=$reports/sidedoor.sarif"
  echo "json-file=$reports/sidedoor.json"
  echo "findings=$findings"
} >>"$GITHUB_OUTPUT"
