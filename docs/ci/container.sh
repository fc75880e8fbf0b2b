#!/usr/bin/env bash
# container.sh [ARGUMENTS]: carries out the labs of the current directory in a container, as its `azlab validate ARGUMENTS`.
# The image is built once: docker build --tag azlab --file .devcontainer/Dockerfile https://github.com/OWNER/azlab.git#main
set -euo pipefail

# A container is a sandbox already, and docker keeps programs from making another in it: hence --no-sandbox. Files that are
# written belong to whoever calls this.
docker run --rm --volume "$PWD:/labs" --user "$(id -u):$(id -g)" azlab validate --no-sandbox "$@"
