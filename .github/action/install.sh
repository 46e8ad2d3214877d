#!/usr/bin/env bash
# Puts postproof on the PATH of the job: the binary of a release for this runner, its checksum verified,
# or else a build from the action's own source.
# Takes ACTION_REPOSITORY, ACTION_REF, VERSION and what the runner sets.
set -euo pipefail

bin="$RUNNER_TEMP/postproof-bin"
mkdir -p "$bin"

# The name that the release workflow gives to a build for this runner.
target() {
    case "${RUNNER_OS:-}-${RUNNER_ARCH:-}" in
    Linux-X64) echo x86_64-unknown-linux-musl ;;
    Linux-ARM64) echo aarch64-unknown-linux-musl ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    Windows-X64) echo x86_64-pc-windows-msvc ;;
    *) return 1 ;;
    esac
}

# Only a tag such as v1.2.3 names a release.
release() {
    local wanted="${VERSION:-${ACTION_REF:-}}"
    [[ "$wanted" =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] && echo "$wanted"
}

verify() {
    if command -v sha256sum >/dev/null; then sha256sum --check --status "$1"; else shasum -a 256 --check --status "$1"; fi
}

download() {
    local release target archive from
    release=$(release) || return 1
    target=$(target) || return 1
    [ -n "${ACTION_REPOSITORY:-}" ] || return 1
    archive="postproof-$target.tar.gz"
    [ "${RUNNER_OS:-}" != Windows ] || archive="postproof-$target.zip"
    from="${GITHUB_SERVER_URL:-https://github.com}/$ACTION_REPOSITORY/releases/download/$release"
    cd "$RUNNER_TEMP"
    curl --fail --silent --show-error --location --retry 3 --max-time 120 --output "$archive" "$from/$archive" || return 1
    curl --fail --silent --show-error --location --retry 3 --max-time 60 --output SHA256SUMS "$from/SHA256SUMS" || return 1
    grep -F "  $archive" SHA256SUMS >"$archive.sha256" || return 1
    if ! verify "$archive.sha256"; then
        echo "::error title=postproof::$archive is not what SHA256SUMS of $release says"
        exit 9
    fi
    case "$archive" in
    *.zip) unzip -q -o "$archive" ;;
    *) tar -xzf "$archive" ;;
    esac
    cp "postproof-$target/postproof"* "$bin/"
}

build() {
    command -v cargo >/dev/null || {
        echo "::error title=postproof::there is no release for this runner, and no cargo to build one with"
        exit 1
    }
    cargo install --locked --path "$GITHUB_ACTION_PATH" --root "$RUNNER_TEMP/postproof-build" --bin postproof
    cp "$RUNNER_TEMP/postproof-build/bin/postproof"* "$bin/"
}

code=0
(download) || code=$?
# A wrong checksum was told, and must not be built around.
[ "$code" != 9 ] || exit 1
if [ "$code" != 0 ]; then
    [ -z "${VERSION:-}" ] || {
        echo "::error title=postproof::the release $VERSION cannot be had for this runner"
        exit 1
    }
    build
fi
echo "$bin" >>"$GITHUB_PATH"
"$bin/postproof" --version
