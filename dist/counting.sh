# shellcheck shell=bash
# Functions of scripts that check many things and count the results. Source this file; do not run it.

passed=0 failed=0

# Runs a function whose name says what it checks, unless the second argument says it better. The check fails if any command of
# the function fails; then its output is shown.
check() { # FUNCTION [NAME]
    local begin=$SECONDS name=${2:-${1//_/ }} log status
    log=$(mktemp)
    set +o errexit # bash ignores errexit in a command whose status is tested
    (
        set -o errexit
        "$1"
    ) >"$log" 2>&1
    status=$?
    set -o errexit
    if ((status == 0)); then
        passed=$((passed + 1))
        printf '%s: passed (%d s)\n' "$name" $((SECONDS - begin))
    else
        failed=$((failed + 1))
        printf '%s: FAILED\n' "$name"
        sed 's/^/    /' "$log"
    fi
    rm -f "$log"
}

# Prints the counts; its status says whether all checks passed.
conclude() {
    printf '%d passed, %d failed\n' "$passed" "$failed"
    ((failed == 0 && passed > 0)) || exit 1
}
