# shellcheck shell=bash
# Functions that the scripts of this project share. Source this file; do not run it.

# Exit status that means "the testbed itself failed", as opposed to the command that it ran (like git bisect and GNU timeout).
readonly TESTBED_FAILED=125

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
    say "$@"
    exit "$TESTBED_FAILED"
}

# Under errexit a script ends at the first command that fails: say where that was, and who called it.
report_failed_command() { # status, command
    local level caller
    [[ $- == *e* ]] || return 0
    (($1 != TESTBED_FAILED)) || return 0 # `die` has said why
    say "status $1 from: ${2%%$'\n'*}"
    for ((level = 0; ; level++)); do
        caller=$(caller "$level") || return 0
        say "  at ${caller##* }, line ${caller%% *}"
    done
}
set -o errtrace
trap 'report_failed_command "$?" "$BASH_COMMAND"' ERR

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root, and there is no sudo: $*"
    fi
}

# Runs a command and shows its output only if it fails.
quietly() {
    local log status=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 || status=$?
    ((status == 0)) || tail -n 20 "$log" >&2
    rm -f "$log"
    return "$status"
}

update_package_lists() {
    say "updating the package lists"
    quietly as_root apt-get -o DPkg::Lock::Timeout=300 update || say "apt-get update failed; continuing with the existing lists"
}

install_packages() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 install -qq -y --no-install-recommends "$@"
}

# Installs those of the packages that are missing.
need_packages() {
    local package missing=()
    command -v apt-get >/dev/null || die "no apt-get: this needs Debian 12, Ubuntu 24.04 or a derivative"
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    say "installing ${missing[*]}"
    quietly install_packages "${missing[@]}" && return 0
    update_package_lists
    quietly install_packages "${missing[@]}" || die "could not install ${missing[*]}: install them yourself and try again"
}

need_build_tools() {
    command -v javac >/dev/null || need_packages default-jdk-headless
    command -v mvn >/dev/null || need_packages maven
}

# Succeeds if FILE is missing or older than a file under one of the paths; build directories do not count.
is_outdated() { # FILE PATH...
    local file=$1
    shift
    [[ -e $file ]] || return 0
    [[ -n $(find "$@" -name target -prune -o -type f -newer "$file" -print -quit) ]]
}

# Prints the 20 slowest tests of those whose results, in lines like "NAME: passed (3.2 s)", are on standard input.
slowest_tests() {
    sed -n 's/^\(.*\): passed (\([0-9.]*\) s\(.*\))$/\2 \1\3/p' | sort -rn |
        awk 'NR <= 20 { printf "%7.1f s ", $1; $1 = ""; print }' # which reads to the end: head would make sort fail
}
