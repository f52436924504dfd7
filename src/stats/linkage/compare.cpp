// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/linkage/compare.hpp"

#include <algorithm>
#include <cmath>

#include "stats/linkage/distance.hpp"

namespace daybreak::linkage {
namespace {

// What share of random pairs agrees in a field before any data are seen: without a parent, and
// within one parent value. It weighs as much as kPriorRecords records.
struct PriorShare {
  double alone, within;
};
constexpr double kPriorRecords = 20;

PriorShare prior_share(FieldKind kind) {
  switch (kind) {
    case FieldKind::kState:
      return {0.08, 0.3};
    case FieldKind::kCity:
      return {0.01, 0.05};
    case FieldKind::kPostcode:
      return {0.003, 0.25};
    case FieldKind::kStreet:
      return {0.0002, 0.003};
    case FieldKind::kDate:
      return {0.0003, 0.0003};
    case FieldKind::kIdentifier:
    case FieldKind::kPhone:
      return {1e-5, 1e-5};
    case FieldKind::kCategory:
      return {0.05, 0.05};
    case FieldKind::kNumber:
      return {0.01, 0.01};
    default:
      return {0.003, 0.003};
  }
}

FieldLevel word_level(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  if (shorter >= 3) {
    const int edits = edit_distance(a, b, 2);
    if (edits <= 1 || (edits <= 2 && shorter >= 7)) return kClose;
    const double similarity = jaro_winkler(a, b);
    if (similarity >= 0.94) return kClose;
    if (similarity >= 0.85 || edits <= 2) return kAlike;
  }
  if (shorter >= 3 && (a.starts_with(b) || b.starts_with(a))) return kAlike;
  if (shorter == 1 && a.front() == b.front()) return kAlike;
  return kDiffer;
}

bool equal_without_spaces(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (true) {
    while (i < a.size() && a[i] == ' ') ++i;
    while (j < b.size() && b[j] == ' ') ++j;
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (a[i++] != b[j++]) return false;
  }
}

FieldLevel city_level(const Field& field, std::uint32_t a, std::uint32_t b) {
  const std::string_view x = field.text.text(a), y = field.text.text(b);
  if (equal_without_spaces(x, y)) return kClose;
  const std::size_t shorter = std::min(x.size(), y.size());
  const int limit = shorter >= 7 ? 2 : 1;
  if (shorter >= 3 && edit_distance(x, y, limit) <= limit) return kClose;
  const auto holds = [&](std::uint32_t outer, std::uint32_t inner) {
    const auto& o = field.parts[outer];
    const auto& i = field.parts[inner];
    return std::all_of(i.begin() + 1, i.end(), [&](std::uint32_t word) {
      return word == 0 || std::find(o.begin() + 1, o.end(), word) != o.end();
    });
  };
  return holds(a, b) || holds(b, a) ? kClose : kDiffer;
}

FieldLevel date_level(std::string_view a, std::string_view b) {
  if (a.size() != 8 || b.size() != 8) return word_level(a, b);
  const auto part = [](std::string_view date, int i) {
    return i == 0 ? date.substr(0, 4) : date.substr(static_cast<std::size_t>(2 + 2 * i), 2);
  };
  if (edit_distance(a, b, 1) <= 1) return kClose;
  if (part(a, 0) == part(b, 0) && part(a, 1) == part(b, 2) && part(a, 2) == part(b, 1)) {
    return kClose;
  }
  int same = 0;
  for (int i = 0; i < 3; ++i) same += part(a, i) == part(b, i);
  return same == 2 || edit_distance(a, b, 2) <= 2 ? kAlike : kDiffer;
}

FieldLevel code_level(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  if (shorter >= 2 && edit_distance(a, b, 1) <= 1) return kClose;
  if (shorter >= 6 && edit_distance(a, b, 2) <= 2) return kAlike;
  return kDiffer;
}

FieldLevel postcode_level(std::string_view a, std::string_view b) {
  if (a.size() >= 3 && edit_distance(a, b, 1) <= 1) return kClose;
  if (a.size() >= 5 && b.size() >= 5 && a.substr(0, 3) == b.substr(0, 3)) return kAlike;
  return a.size() == b.size() && edit_distance(a, b, 2) <= 2 ? kAlike : kDiffer;
}

// Equal numbers and most words: close; the same street with another or no number: alike.
FieldLevel street_level(const Corpus& corpus, const Field& field, std::uint32_t a,
                        std::uint32_t b) {
  const auto& x = field.parts[a];
  const auto& y = field.parts[b];
  std::size_t nx = 0, ny = 0, same = 0, near = 0;
  for (std::size_t i = 1; i < x.size(); ++i) nx += x[i] != 0;
  for (std::size_t j = 1; j < y.size(); ++j) ny += y[j] != 0;
  for (std::size_t i = 1; i <= nx; ++i) {
    for (std::size_t j = 1; j <= ny; ++j) {
      const std::string_view p = corpus.parts_text.text(x[i]), q = corpus.parts_text.text(y[j]);
      if (x[i] == y[j]) {
        ++same;
        break;
      }
      if (std::min(p.size(), q.size()) >= 4 && edit_distance(p, q, 1) <= 1) {
        ++near;
        break;
      }
    }
  }
  const std::size_t shorter = std::min(nx, ny), longer = std::max(nx, ny);
  const bool all = shorter > 0 && same + near >= shorter;
  const bool whole = all && same + near >= longer;
  if (x[0] == y[0] && x[0] != 0) {
    if (all || same + near > 0 || longer == 0) return kClose;
    return kDiffer;
  }
  const std::string_view p = corpus.parts_text.text(x[0]), q = corpus.parts_text.text(y[0]);
  if (whole && x[0] == 0 && y[0] == 0) return kClose;
  if (all && p.size() >= 2 && q.size() >= 2 && edit_distance(p, q, 1) <= 1) return kClose;
  return all ? kAlike : kDiffer;
}

FieldLevel category_level(const Field& field, std::uint32_t a, std::uint32_t b) {
  const auto& x = field.parts[a];
  const auto& y = field.parts[b];
  for (std::size_t i = 1; i < x.size(); ++i) {
    if (x[i] != 0 && std::find(y.begin() + 1, y.end(), x[i]) != y.end()) return kAlike;
  }
  // "722511" and "722513" share an industry group.
  const std::string_view p = field.text.text(a), q = field.text.text(b);
  const bool codes = p.find_first_not_of("0123456789") == std::string_view::npos &&
                     q.find_first_not_of("0123456789") == std::string_view::npos;
  return codes && p.size() >= 3 && p.substr(0, 3) == q.substr(0, 3) ? kAlike : kDiffer;
}

std::size_t context_of(const Corpus& corpus, const Field& field, Record a, Record b) {
  if (field.parent < 0) return 0;
  const Field& parent = corpus.fields[static_cast<std::size_t>(field.parent)];
  if (parent.value[a] == 0 || parent.value[b] == 0) return 0;
  return parent.value[a] == parent.value[b] ? 1 : 2;
}

bool opens_gate(const Field& field, FieldLevel level, bool has_name) {
  if (field.kind == FieldKind::kIdentifier || field.kind == FieldKind::kPhone) {
    return level == kEqual;
  }
  if (has_name) return false;
  if (field.kind == FieldKind::kGivenName || field.kind == FieldKind::kSurname) {
    return level >= kClose;
  }
  return field.kind == FieldKind::kDate && level >= kClose;
}

// Given and family name in each other's column: both crossings alike count as two close names, one
// as a close name beside a differing one.
void judge_swapped_names(const Corpus& corpus, Record a, Record b, Comparison& result) {
  int given = -1, family = -1;
  for (std::size_t i = 0; i < corpus.fields.size(); ++i) {
    if (corpus.fields[i].kind == FieldKind::kGivenName) given = static_cast<int>(i);
    if (corpus.fields[i].kind == FieldKind::kSurname) family = static_cast<int>(i);
  }
  if (given < 0 || family < 0) return;
  const std::size_t first = first_field(corpus);
  std::uint8_t& given_cell = result.cell[first + static_cast<std::size_t>(given)];
  std::uint8_t& family_cell = result.cell[first + static_cast<std::size_t>(family)];
  const auto differs = [](std::uint8_t cell) {
    return cell == kDiffer || cell == Comparison::kMissing;
  };
  if (!differs(given_cell) || !differs(family_cell)) return;
  const Field& g = corpus.fields[static_cast<std::size_t>(given)];
  const Field& f = corpus.fields[static_cast<std::size_t>(family)];
  const auto crossed = [&](std::uint32_t given_value, std::uint32_t family_value) {
    if (given_value == 0 || family_value == 0) return false;
    const std::string_view x = g.text.text(given_value), y = f.text.text(family_value);
    return x == y || word_level(x, y) == kClose;
  };
  const bool one = crossed(g.value[a], f.value[b]);
  const bool other = crossed(g.value[b], f.value[a]);
  if (!one && !other) return;
  given_cell = kClose;
  if (one && other) family_cell = kClose;
  result.gate = true;
}

}  // namespace

FieldLevel field_level(const Corpus& corpus, const Field& field, std::uint32_t a, std::uint32_t b) {
  const std::string_view x = field.text.text(a), y = field.text.text(b);
  switch (field.kind) {
    case FieldKind::kCity:
      return city_level(field, a, b);
    case FieldKind::kState:
      return kDiffer;
    case FieldKind::kPostcode:
      return postcode_level(x, y);
    case FieldKind::kDate:
      return date_level(x, y);
    case FieldKind::kNumber:
    case FieldKind::kIdentifier:
    case FieldKind::kPhone:
      return code_level(x, y);
    case FieldKind::kStreet:
      return street_level(corpus, field, a, b);
    case FieldKind::kCategory:
      return category_level(field, a, b);
    default:
      return word_level(x, y);
  }
}

double value_bits(const Field& field, Record a, std::size_t context) {
  const PriorShare prior = prior_share(field.kind);
  double share = 0;
  if (context == 1) {
    const double others = std::max(0.0, field.joint[a] - 2.0);
    share = (others + kPriorRecords * prior.within) /
            (std::max(1.0, field.parent_count[a] - 1.0) + kPriorRecords);
  } else {
    const double others = std::max(0.5, field.count[field.value[a]] - 1.5);
    share = (others + kPriorRecords * prior.alone) /
            (std::max(1.0, field.present - 1.0) + kPriorRecords);
  }
  return -std::log2(std::min(1.0, std::max(share, 1e-9)));
}

std::size_t measure_count(const Corpus& corpus) {
  return corpus.fields.size() + first_field(corpus);
}

bool has_names(const Corpus& corpus, Record a, Record b) {
  return corpus.has_name && corpus.alias_begin[a] != corpus.alias_begin[a + 1] &&
         corpus.alias_begin[b] != corpus.alias_begin[b + 1];
}

bool shares_identifier(const Corpus& corpus, Record a, Record b) {
  return std::any_of(corpus.fields.begin(), corpus.fields.end(), [&](const Field& field) {
    return opens_gate(field, kEqual, true) && field.value[a] != 0 &&
           field.value[a] == field.value[b];
  });
}

Comparison compare(const Corpus& corpus, Record a, Record b) {
  return compare(corpus, a, b,
                 has_names(corpus, a, b) ? compare_names(corpus, a, b, nullptr) : NameMatch());
}

Comparison compare(const Corpus& corpus, Record a, Record b, const NameMatch& name) {
  Comparison result;
  result.cell.fill(Comparison::kMissing);
  double bits = 0;
  if (has_names(corpus, a, b)) {
    result.cell[0] = name.level;
    result.cell[1] = name.form;
    if (name.level != kNoSharedWord) bits += name.bits;
    result.gate = name.distinctive;
    result.sibling = name.sibling;
  }
  const std::size_t first = first_field(corpus);
  for (std::size_t i = 0; i < corpus.fields.size(); ++i) {
    const Field& field = corpus.fields[i];
    const std::uint32_t x = field.value[a], y = field.value[b];
    if (x == 0 || y == 0) continue;
    const std::size_t context = context_of(corpus, field, a, b);
    const FieldLevel level = x == y ? kEqual : field_level(corpus, field, x, y);
    result.cell[first + i] = static_cast<std::uint8_t>(context * kLevels + level);
    if (level == kEqual) bits += value_bits(field, a, context);
    if (opens_gate(field, level, corpus.has_name)) result.gate = true;
  }
  if (!corpus.has_name) judge_swapped_names(corpus, a, b, result);
  result.bits = static_cast<float>(bits);
  return result;
}

}  // namespace daybreak::linkage
