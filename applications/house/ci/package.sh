#!/bin/sh
# Packages the controller: package.sh python|rust ARCHIVE. The one in Rust must have been built.
set -eu
language=$1
archive=$2
house=$(cd "$(dirname "$0")/.." && pwd)
rm -f "$archive"
case "$language" in
  python) python3 -m zipfile -c "$archive" "$house/python/ac_control_lambda.py" ;;
  rust)
    folder=$(mktemp -d)
    trap 'rm -r "$folder"' EXIT
    cp "$house/../../target/release/house-controller" "$folder/bootstrap"
    # Lambda runs a file that may be run; zipfile keeps that.
    chmod 755 "$folder/bootstrap"
    python3 -m zipfile -c "$archive" "$folder/bootstrap"
    ;;
  *) echo "usage: package.sh python|rust ARCHIVE" >&2; exit 2 ;;
esac
