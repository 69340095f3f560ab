#!/usr/bin/env bash
# Resolve pyproject.toml into requirements/*.txt: every version pinned, every file hashed, no index address.
# usage: scripts/lock.sh [--upgrade]
#   UV  the uv program (default: uv)
set -euo pipefail
cd "$(dirname "$0")/.."
UV=${UV:-uv}

compile() { # compile OUTPUT [uv options]: keeps the versions already pinned in OUTPUT unless --upgrade is given
    local output=$1
    shift
    "$UV" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate --output-file "$output" "$@"
}

compile requirements/runtime.txt --group build "$@"
compile requirements/cluster.txt --group build --extra cluster -c requirements/runtime.txt "$@"
compile requirements/dev.txt --group build --group dev --extra cluster -c requirements/cluster.txt "$@"

if grep -nE 'https?://|--(extra-)?index-url|--find-links' requirements/*.txt; then
    echo "a lock file names a host" >&2
    exit 1
fi
