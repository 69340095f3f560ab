#!/usr/bin/env bash
# Install zone-reform into a virtual environment from the locked requirements.
# The Makefile, the Dockerfile and CI all call this script, so that there is one way to install.
#
# usage: scripts/install.sh [--prefix DIR] [--lock runtime|cluster|dev] [--editable]
#   --prefix DIR   where the environment goes (default: .venv)
#   --lock NAME    which requirements/NAME.txt (default: runtime)
#   --editable     use the sources where they lie instead of copying them
#   PYTHON         the Python to build the environment with (default: the newest of 3.13, 3.12, 3.11)
#   PIP_ARGS       more arguments for pip, e.g. "--no-index --find-links wheelhouse" without network
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
prefix=$root/.venv lock=runtime mode=

while [ $# -gt 0 ]; do
    case $1 in
    --prefix) prefix=${2:?--prefix needs a folder} && shift 2 ;;
    --lock) lock=${2:?--lock needs a name} && shift 2 ;;
    --editable) mode=-e && shift ;;
    *) sed -n '2,11s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
done

requirements=$root/requirements/$lock.txt
[ -f "$requirements" ] || { echo "没有这份依赖清单:$requirements" >&2 && exit 2; }

usable() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
        if usable "$candidate"; then
            echo "$candidate" && return
        fi
    done
    echo "需要 Python 3.11、3.12 或 3.13,这台机器上没有找到。请安装后重试,或用 PYTHON=路径 指定。" >&2
    return 1
}

if [ ! -x "$prefix/bin/python" ]; then
    python=$(find_python)
    echo "建立运行环境:$prefix($("$python" --version))" >&2
    "$python" -m venv "$prefix"
fi

pip() { "$prefix/bin/python" -m pip --disable-pip-version-check "$@"; }

echo "安装依赖(requirements/$lock.txt,逐个核对校验值)……" >&2
# The lock is the constraint too: the pip that comes with Python 3.11 takes `sqlalchemy[asyncio]`, which Prefect asks
# for, for another thing than the pinned `sqlalchemy`, reaches for the newest, and stops because that has no hash.
# shellcheck disable=SC2086  # PIP_ARGS is a list of words
pip install --quiet --require-hashes ${PIP_ARGS:-} -r "$requirements" -c "$requirements"
# The build backend came with the lock: nothing is fetched to install the project itself.
pip install --quiet --no-build-isolation --no-deps --no-index $mode "$root"
# pip compiles what it copies; with --editable our own modules are compiled here, so that the first start is no slower
# than the next, also where the officer may not write into this folder.
"$prefix/bin/python" - <<'PYTHON'
import compileall, cli, config, deployments, domain, flows, integrations, models, services, web
for package in (cli, config, deployments, domain, flows, integrations, models, services, web):
    compileall.compile_dir(package.__path__[0], quiet=2)
PYTHON
echo "安装完成。" >&2
