#!/bin/sh
# On the compiled libraries: no object of the commons asks for a symbol of a vault or of a gate, none of a vault
# for one of the commons or of a gate, and the way out is asked for by gates alone.
# usage: symbols_test.sh FOLDER-WITH-LIBRARIES
set -u
cd "$1" || exit 1
vault='_ZN[KSr]*8daybreak5vault' commons='_ZN[KSr]*8daybreak(9directory|6threat|7library|7commons|9referrals)' gates='_ZN[KSr]*8daybreak5gates'
outward='_ZN[KSr]*8daybreak5vault7outward'
failed=0 checked=0
asks() { nm -u "$1" 2>/dev/null | awk '$1 == "U" {print $2}' | grep -E "$2" | head -3; }
look() {  # library, what it may not ask for
  [ -f "$1" ] || return
  checked=$((checked + 1))
  found=$(asks "$1" "$2")
  [ -z "$found" ] || { echo "$1 asks for $found"; failed=1; }
}
for library in libdaybreak_commons_*.a; do look "$library" "$vault|$gates"; done
for library in libdaybreak_vault*.a; do look "$library" "$commons|$gates"; done
for library in libdaybreak_*.a; do
  case $library in libdaybreak_gates_*|libdaybreak_vault_outward.a) ;; *) look "$library" "$outward" ;; esac
done
# The test can fail: a gate does ask for what others may not.
[ -f libdaybreak_gates_release.a ] || { echo "libdaybreak_gates_release.a is not built"; exit 1; }
[ -n "$(asks libdaybreak_gates_release.a "$outward")" ] || { echo "the gate's own use is not seen"; exit 1; }
[ "$checked" -gt 10 ] || { echo "only $checked libraries were there"; exit 1; }
[ "$failed" = 0 ] && echo "$checked libraries looked through"
exit "$failed"
