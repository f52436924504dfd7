#!/bin/sh
# The wall's check accepts a right graph of targets and ends the configuration for each wrong one.
# usage: graph_test.sh CMAKE FOLDER
set -u
cmake=$1 folder=$2 here=$(dirname "$0")
try() { rm -rf "$folder"; mkdir -p "$folder"; "$cmake" -S "$here/graph" -B "$folder" "-DWRONG=$1" >"$folder.log" 2>&1; }
try "" || { cat "$folder.log"; echo "the right graph was refused"; exit 1; }
for wrong in commons_directory:vault commons_directory:vault_clients commons_directory:gates_release \
             commons_directory:hidden vault_clients:commons_directory vault:gates_release \
             trust:vault_clients app_helper:gates_release web:vault_outward cli:vault_outward \
             vault_counts:commons_measures commons_measures:vault_counts commons_measures:gates_aggregate \
             vault_counts:gates_aggregate app_helper:gates_aggregate; do
  if try "$wrong"; then echo "accepted: $wrong"; exit 1; fi
  grep -q "The wall does not hold" "$folder.log" || { cat "$folder.log"; echo "refused for another reason: $wrong"; exit 1; }
done
echo "1 right graph accepted, 15 wrong ones refused"
