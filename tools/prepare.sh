# What ./clew and ./test share: finds or installs what is missing. Sourced by sh; `here` is the project's folder.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# No compiler or build server may outlive the command that started it.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
    # A service user without a home: what the SDK and NuGet keep goes beside the build.
    HOME="$here/artifacts/home"
    mkdir -p "$HOME"
    export HOME DOTNET_CLI_HOME="$HOME" NUGET_PACKAGES="$HOME/packages"
fi

say() { printf '%s\n' "$*" >&2; }

die() { say "clew: $*"; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1
    fi
}

# need_packages NAME…: installs Debian packages, or says what to type.
need_packages() {
    command -v apt-get >/dev/null 2>&1 || die "please install: $*"
    say "Installing $* …"
    as_root true || die "please have an administrator run: apt-get install $*"
    log=$(mktemp)
    {
        as_root apt-get -q update || true
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@"
    } >"$log" 2>&1 || { tail -n 5 "$log" >&2; rm -f "$log"; die "apt-get could not install $*"; }
    rm -f "$log"
}

need_dotnet() {
    command -v dotnet >/dev/null 2>&1 && dotnet --list-sdks 2>/dev/null | grep -q '^10\.' ||
        die "the .NET 10 SDK is missing. Install it as https://dotnet.microsoft.com/download/dotnet/10.0 says (Debian: apt-get install dotnet-sdk-10.0 once Microsoft's packages are set up)."
}

have_postgres() {
    [ -n "${CLEW_POSTGRES_BIN:-}" ] && return 0
    for postgres in "$(command -v postgres 2>/dev/null)" /usr/lib/postgresql/*/bin/postgres /usr/local/pgsql/bin/postgres /opt/homebrew/opt/postgresql*/bin/postgres; do
        [ -x "$postgres" ] || continue
        version=$("$postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        [ "${version:-0}" -ge 15 ] && return 0
    done
    return 1
}

need_postgres() {
    have_postgres && return 0
    # Debian would make a cluster of its own and start it; we bring ours.
    if command -v apt-get >/dev/null 2>&1 && [ ! -e /etc/postgresql-common/createcluster.conf ] && as_root mkdir -p /etc/postgresql-common; then
        echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    need_packages postgresql
    have_postgres || die "no PostgreSQL 15 or newer was found even now. Name the folder of its binaries in CLEW_POSTGRES_BIN."
}

# build PROJECT: restores what the lock files say and builds, one build at a time.
build() {
    mkdir -p "$here/artifacts"
    log="$here/artifacts/build.log"
    (
        if command -v flock >/dev/null 2>&1; then flock 9; fi
        cd "$here" && { compile "$1" -p:RestoreLockedMode=true || {
            # Each SDK brings a few packages of its own in its own version; the lock files name those of the SDK that wrote them.
            grep -q NU1004 "$log" && compile "$1"
        }; }
    ) 9>"$here/artifacts/.building" || { cat "$log" >&2; die "the build failed"; }
}

compile() {
    dotnet build "$@" -c Release -v q --nologo -nodeReuse:false >"$log" 2>&1 9>&-
}
