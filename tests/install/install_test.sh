#!/usr/bin/env bash
# install_test.sh BINARY_DIR SOURCE_DIR COMPILER [FLAGS]: installs a build into a prefix of its own, then builds and
# runs the ten-line project of consumer/ against what was installed, with the build and source directories out of reach.
set -euo pipefail
binary=$1 source=$2 compiler=$3 flags=${4-}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix

cmake --install "$binary" --prefix "$prefix" >"$scratch/install.log" || { cat "$scratch/install.log"; exit 1; }
if grep -rlF -e "$source/" -e "$binary" "$prefix" --include='*.cmake' --include='*.hpp'; then
  echo "the files above name the directory that azlab was built in"
  exit 1
fi
if [[ -e $prefix/bin/azlab ]]; then
  (cd "$scratch" && "$prefix/bin/azlab" --help >/dev/null)
fi

for helper in python/azlab_testing.py node/azlab-testing.mjs; do
  [[ -s $prefix/share/azlab/$helper ]] || { echo "share/azlab/$helper is not installed"; exit 1; }
done

cp -r "$source/tests/install/consumer" "$scratch/consumer"
cmake -S "$scratch/consumer" -B "$scratch/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug "-DCMAKE_PREFIX_PATH=$prefix" \
  "-DCMAKE_CXX_COMPILER=$compiler" "-DCMAKE_CXX_FLAGS=$flags" >"$scratch/configure.log" 2>&1 ||
  { cat "$scratch/configure.log"; exit 1; }
cmake --build "$scratch/build" >"$scratch/build.log" 2>&1 || { tail -n 60 "$scratch/build.log"; exit 1; }
"$scratch/build/consumer"
