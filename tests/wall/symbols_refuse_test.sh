#!/bin/sh
# What symbols_test.sh must find: each case puts one wrong library beside the built ones and expects a refusal.
# usage: symbols_refuse_test.sh FOLDER-WITH-LIBRARIES C-COMPILER
set -u
libraries=$1 compiler=$2 here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
# The small ones among the built libraries are enough company.
for library in "$libraries"/libdaybreak_vault*.a "$libraries"/libdaybreak_commons_measures.a "$libraries"/libdaybreak_commons_referrals.a \
  "$libraries"/libdaybreak_gates_re*.a "$libraries"/libdaybreak_jobs.a; do ln -s "$(realpath "$library")" "$folder/"; done
sh "$here/symbols_test.sh" "$folder" >/dev/null || { echo "the built libraries alone are refused"; exit 1; }
tried=0
refused() {  # library, the symbols that it asks for
  library=$1; shift
  body= declared=
  for symbol in "$@"; do declared="$declared void $symbol(void);" body="$body $symbol();"; done
  echo "$declared void wrong_$tried(void) { $body }" | "$compiler" -x c -c -o "$folder/wrong.o" - || exit 1
  rm -f "$folder/$library"; ar rc "$folder/$library" "$folder/wrong.o"
  if sh "$here/symbols_test.sh" "$folder" >"$folder/said"; then echo "accepted: $library with $*"; exit 1; fi
  grep -q "$library" "$folder/said" || { cat "$folder/said"; echo "refused for another reason: $library"; exit 1; }
  rm -f "$folder/$library"; tried=$((tried + 1))
}
clients=_ZN8daybreak5vault7clients4openEv outward=_ZN8daybreak5vault7outward10open_itemsEv
gate=_ZN8daybreak5gates11ReleaseGate8discloseEv measures=_ZNK8daybreak8measures8Measures6newestEv
directory=_ZN8daybreak9directory4findEv
refused libdaybreak_commons_wrong.a $directory $clients
refused libdaybreak_commons_wrong.a $directory $gate
refused libdaybreak_commons_wrong.a $directory $outward
refused libdaybreak_vault_wrong.a $measures
refused libdaybreak_vault_wrong.a $directory
refused libdaybreak_vault_wrong.a $gate
refused libdaybreak_web_wrong.a $outward
refused libdaybreak_jobs_wrong.a $clients $measures
refused libdaybreak_trust_wrong.a $clients $directory
echo "$tried wrong libraries refused"
