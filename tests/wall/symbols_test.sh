#!/bin/sh
# On the compiled libraries, which are what the program is linked from: no object of the commons mentions a
# symbol of a vault or of a gate, none of a vault one of the commons or of a gate, the way out is mentioned by
# gates alone, and what mentions both sides is a gate or stands above the gates. Inline code counts too. The
# namespaces of the commons are read from its source, so a new area is in this test when it is in the tree.
# usage: symbols_test.sh FOLDER-WITH-LIBRARIES [SOURCE-FOLDER]
set -u
source=${2:-$(cd "$(dirname "$0")/../../src" && pwd)}
mangled() {  # the names of namespaces below daybreak:: as nm writes them, for grep -E
  grep -rhoE '^namespace daybreak::[a-z_]+' "$1" | sed 's/.*:://' | sort -u | awk '{printf "%s%d%s", (NR > 1 ? "|" : ""), length($0), $0}'
}
commons_names=$(mangled "$source/commons")
case $commons_names in *9directory*) ;; *) echo "the areas of the commons are not found in $source"; exit 1 ;; esac
cd "$1" || exit 1
commons="N[KSr]*8daybreak($commons_names)[0-9NISE]" vault='N[KSr]*8daybreak5vault[0-9NISE]' gates='N[KSr]*8daybreak5gates[0-9NISE]'
outward='N[KSr]*8daybreak5vault7outward[0-9NISE]'
failed=0 checked=0
names=$(mktemp -d) || exit 1
trap 'rm -rf "$names"' EXIT
for library in libdaybreak_*.a; do
  nm "$library" 2>/dev/null | awk 'NF > 1 {print $NF}' | sort -u >"$names/$library"
done
mentions() { grep -E "$2" "$names/$1" | head -3; }
look() {  # library, what it may not mention
  [ -f "$names/$1" ] || return
  checked=$((checked + 1))
  found=$(mentions "$1" "$2")
  [ -z "$found" ] || { echo "$1 mentions $found"; failed=1; }
}
for library in libdaybreak_commons_*.a; do look "$library" "$vault|$gates"; done
for library in libdaybreak_vault*.a; do look "$library" "$commons|$gates"; done
both=
for library in libdaybreak_*.a; do
  case $library in libdaybreak_gates_*|libdaybreak_vault_outward.a) ;; *) look "$library" "$outward" ;; esac
  if [ -n "$(mentions "$library" "$vault")" ] && [ -n "$(mentions "$library" "$commons")" ]; then
    both="$both $library"
    case $library in libdaybreak_gates_*|libdaybreak_web.a|libdaybreak_cli.a) ;;
      *) echo "$library mentions both sides and is no gate"; failed=1 ;;
    esac
  fi
done
# The test can fail: gates do mention what others may not, and every area of the commons is seen somewhere.
[ -f libdaybreak_gates_release.a ] || { echo "libdaybreak_gates_release.a is not built"; exit 1; }
[ -n "$(mentions libdaybreak_gates_release.a "$outward")" ] || { echo "the gate's own use is not seen"; exit 1; }
case $both in *gates_referral*) ;; *) echo "the referral gate is not seen to mention both sides"; exit 1 ;; esac
for library in libdaybreak_commons_*.a; do
  [ -n "$(mentions "$library" "$commons")" ] || { echo "$library is not seen to be of the commons"; failed=1; }
done
[ "$checked" -gt 20 ] || { echo "only $checked libraries were there"; exit 1; }
[ "$failed" = 0 ] && echo "$checked libraries looked through; both sides meet in:$both"
exit "$failed"
