// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/result.hpp"

namespace daybreak {

std::string Error::describe() const {
  std::string text;
  if (!place.empty()) text = place + ": ";
  text += message;
  if (!cure.empty()) {
    if (!text.empty() && text.back() != '.') text += '.';
    text += ' ' + cure;
  }
  return text;
}

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
      return "invalid";
    case ErrorKind::kNotFound:
      return "not-found";
    case ErrorKind::kConflict:
      return "conflict";
    case ErrorKind::kDenied:
      return "denied";
    case ErrorKind::kUnavailable:
      return "unavailable";
    case ErrorKind::kCorrupt:
      return "corrupt";
    case ErrorKind::kUnsupported:
      return "unsupported";
    case ErrorKind::kInternal:
      return "internal";
  }
  return "internal";
}

}  // namespace daybreak
