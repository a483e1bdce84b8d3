# shellcheck shell=bash
# Shared by scripts that look at many things and count; sourced, not run.

passed=0 failed=0

# Runs a function, whose name says what is looked at, or else the second argument; any command of it that fails is a
# failure, and its output is shown.
check() {
    local begin=$SECONDS what=${2:-${1//_/ }} log status=0
    log=$(mktemp)
    set +e # where the status is asked for, bash would go on after a failure
    (
        set -e
        "$1"
    ) >"$log" 2>&1
    status=$?
    set -e
    if ((status == 0)); then
        passed=$((passed + 1))
        printf '%s: passed (%d s)\n' "$what" $((SECONDS - begin))
    else
        failed=$((failed + 1))
        printf '%s: FAILED (status %d)\n' "$what" "$status"
        sed 's/^/    /' "$log"
    fi
    rm -f "$log"
}

conclude() {
    printf '%d passed, %d failed\n' "$passed" "$failed"
    ((failed == 0 && passed > 0))
}
