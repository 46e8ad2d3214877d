#!/usr/bin/env bash
# Keeps one issue: opened when something is wrong, its text replaced by each run, closed when all is well,
# opened again when it is not any more.
# Takes ISSUE_TITLE, ISSUE_LABEL, HEALTHY, COMPLETE, REPORT (the Markdown report), RUN_URL, and gh's GH_TOKEN.
set -euo pipefail

repository="$GITHUB_REPOSITORY"
# GitHub takes 65,536 characters; what is cut ends at a line.
longest=60000

# The number of the issue in a state; the oldest, should somebody have made a second one.
issue() {
    gh issue list --repo "$repository" --state "$1" --label "$ISSUE_LABEL" --limit 500 --json number,title \
        --jq '[.[] | select(.title == env.ISSUE_TITLE) | .number] | min // empty'
}

if [ "${COMPLETE:-}" != true ]; then
    echo "The run did not come to its end, so the issue stays as it is."
    exit 0
fi

open=$(issue open)
if [ "${HEALTHY:-}" = true ]; then
    if [ -n "$open" ]; then
        gh issue close "$open" --repo "$repository" --reason completed --comment "All is well again: $RUN_URL"
    fi
    exit 0
fi

[ -f "$REPORT" ] || {
    echo "::error title=postproof::there is no report $REPORT to write into the issue"
    exit 1
}
body=$(mktemp)
LC_ALL=C awk -v longest="$longest" '
    { size += length($0) + 1 }
    size > longest { print "\n… the rest is in the report of the run."; exit }
    { print }
' "$REPORT" >"$body"
printf '\n---\nWritten by %s; the next run writes it anew.\n' "$RUN_URL" >>"$body"

if [ -z "$open" ]; then
    open=$(issue closed)
    if [ -n "$open" ]; then gh issue reopen "$open" --repo "$repository"; fi
fi
if [ -n "$open" ]; then
    gh issue edit "$open" --repo "$repository" --body-file "$body"
else
    gh label create "$ISSUE_LABEL" --repo "$repository" --description "The archive's health" --color d93f0b --force
    gh issue create --repo "$repository" --title "$ISSUE_TITLE" --label "$ISSUE_LABEL" --body-file "$body"
fi
