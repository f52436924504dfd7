// SPDX-License-Identifier: AGPL-3.0-or-later
// Page content streams: wraps everything that is not marked as content into artifacts, and reads
// what a finished page marks. Not for users of doc/. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

class QPDFObjectHandle;

namespace daybreak::doc {

struct MarkedPage {
  std::vector<int> ids;  // marked content ids in the order they are painted
  int unmarked = 0;      // painting operators outside any mark
  int unbalanced = 0;    // marks opened and not closed, or the reverse
  bool paints = false;
};

// The same stream with "/Artifact BMC … EMC" around every painting outside marked content; the ids
// of the marks that are in it go to `marks`.
std::string with_artifacts(QPDFObjectHandle page, MarkedPage& marks);
MarkedPage read_marks(QPDFObjectHandle page);

}  // namespace daybreak::doc
