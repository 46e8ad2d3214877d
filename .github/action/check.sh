#!/usr/bin/env bash
# Runs `postproof check` with the action's inputs, shows what it found, and tells its outputs.
# It always ends well itself: the action's last step passes or fails the job, after the state and the issue were kept.
set -uo pipefail

reports="${POSTPROOF_REPORTS:-reports}"
extra="$(mktemp -d)"
args=(check "${POSTPROOF_PATH:-.}" --reports "$reports" --fail-on "${POSTPROOF_FAIL_ON:-error}" --progress never)

is_on() { [ "${1:-}" = true ]; }
given() { [ -z "$2" ] || args+=("$1" "$2"); }

given --select "${POSTPROOF_SELECT:-}"
given --ignore "${POSTPROOF_IGNORE:-}"
given --config "${POSTPROOF_CONFIG:-}"
given --max-time "${POSTPROOF_MAX_TIME:-}"
if is_on "${POSTPROOF_OFFLINE:-}"; then args+=(--offline); fi
if is_on "${POSTPROOF_FRESH:-}"; then args+=(--fresh); fi
# A push that makes a branch has no commit before it.
case "${POSTPROOF_SINCE:-}" in
*..*) args+=(--since "$POSTPROOF_SINCE") ;;
# What was checked out is the commit itself: to compare two commits spares git a look at every file.
*[!0]*) args+=(--since "$POSTPROOF_SINCE..HEAD") ;;
esac
if is_on "${POSTPROOF_ANNOTATIONS:-}"; then args+=(--format "github=$extra/annotations"); fi
if is_on "${POSTPROOF_SUMMARY:-}"; then args+=(--format "github-summary=$extra/summary.md"); fi
while IFS= read -r format; do
    format="${format//[$' \t\r']/}"
    [ -z "$format" ] || args+=(--format "$format")
done <<<"${POSTPROOF_FORMATS:-}"
# Split at white space on purpose, without a second meaning for *, $ or quotes.
read -r -a more <<<"${POSTPROOF_ARGS:-}"
args+=(${more[@]+"${more[@]}"})

rm -f "$reports/health.json"
# The runner takes commands from what is printed, and what is printed quotes the archive.
fence="postproof-$RANDOM$RANDOM$RANDOM$RANDOM"
echo "::stop-commands::$fence"
postproof "${args[@]}"
code=$?
echo "::$fence::"

if [ -f "$extra/annotations" ]; then cat "$extra/annotations"; fi
if [ -f "$extra/summary.md" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    cat "$extra/summary.md" >>"$GITHUB_STEP_SUMMARY"
fi

# One member of the report's outer two levels, each of which stands on a line of its own.
member() {
    sed -n -E "s/^    \"$1\": ([a-z0-9]+),?\$/\\1/p" "$reports/health.json" 2>/dev/null | head -n 1
}

{
    for name in healthy complete errors warnings infos; do
        echo "$name=$(member "$name")"
    done
    [ ! -f "$reports/health.json" ] || echo "report=$reports/health.json"
    echo "exit-code=$code"
} >>"$GITHUB_OUTPUT"
exit 0
