# shellcheck shell=bash
# Shared by the scripts of the testbed; sourced, not run.

# Status of "the testbed itself failed", told apart from the command's own (as git bisect and GNU timeout do).
readonly TESTBED_FAILED=125

say() { printf 'testbed: %s\n' "$*" >&2; }

die() {
    say "$@"
    exit "$TESTBED_FAILED"
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root and there is no sudo: $*"
    fi
}

# Runs apt-get; its output is shown only when it fails.
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
    quietly as_root apt-get -o DPkg::Lock::Timeout=300 update || say "apt-get update failed; going on with the lists there are"
}

install_packages() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 install -qq -y --no-install-recommends "$@"
}

need_packages() {
    local package missing=()
    command -v apt-get >/dev/null || die "no apt-get here: the testbed needs Debian 12, Ubuntu 24.04 or one of their kin"
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    say "installing ${missing[*]}"
    quietly install_packages "${missing[@]}" && return 0
    update_package_lists
    quietly install_packages "${missing[@]}" || die "could not install ${missing[*]}; install them by hand and try again"
}
