#!/usr/bin/env bash
# Create the virtual environment $1 and install requirements-dev.txt into it. PYTHON chooses the interpreter.
set -euo pipefail
venv=$1
requirements=$(dirname "$0")/../requirements-dev.txt

die() {
    printf '%s\n' "$@" >&2
    exit 1
}

is_supported() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local candidate
    if [ -n "${PYTHON:-}" ]; then
        is_supported "$PYTHON" || die "PYTHON=$PYTHON is not Python 3.11 or newer."
        printf '%s' "$PYTHON"
        return
    fi
    for candidate in python3 python3.13 python3.12 python3.11; do
        if is_supported "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
    die "Python 3.11 or newer is needed and none was found." \
        "Install one, or name it: make plan PYTHON=/path/to/python3.12"
}

if ! is_supported "$venv/bin/python"; then
    python=$(find_python)
    # Debian and Ubuntu ship Python without what venv needs.
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        die "$python cannot make a virtual environment: its venv module is not installed." \
            "On Debian and Ubuntu: sudo apt-get install $("$python" -c 'import sys; print("python{}.{}-venv".format(*sys.version_info))')"
    echo "Creating $venv with $("$python" --version)" >&2
    "$python" -m venv --clear "$venv"
fi

install=("$venv/bin/python" -m pip install --quiet --disable-pip-version-check)
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    # uv makes environments without pip. Somebody else's is used as it is, never made anew.
    command -v uv >/dev/null || die "$venv has no pip, and uv, which makes such environments, is not on PATH." \
        "Install uv, delete $venv, or keep it and name another folder: make plan VENV=.venv-make"
    install=(uv pip install --quiet --python "$venv/bin/python")
fi
echo "Installing requirements-dev.txt into $venv (a minute or two the first time)" >&2
"${install[@]}" --requirement "$requirements"
