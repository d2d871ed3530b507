#!/usr/bin/env bash
# Renews the hash-pinned lock files from pyproject.toml (uv must be on the path).
set -euo pipefail
cd "$(dirname "$0")/.."
compile() { uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 pyproject.toml "$@"; }
compile --all-extras -o requirements/dev.txt
compile -c requirements/dev.txt -o requirements/lambda.txt
compile --extra payments -c requirements/dev.txt -o requirements/payments.txt
