// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/link_output.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <iterator>

#include "base/csv.hpp"
#include "base/text.hpp"

namespace daybreak::cli {

using namespace daybreak::linkage;

namespace {

template <typename... Arguments>
void put(std::string& out, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Arguments>(arguments)...);
}

void put_rows(std::string& out, const std::vector<std::uint32_t>& rows) {
  out += '[';
  for (std::size_t i = 0; i < rows.size(); ++i) put(out, "{}{}", i == 0 ? "" : ",", rows[i] + 1);
  out += ']';
}

// "name +31.2 (ACME, FARM); city +5.1 (equal)": the waterfall on one line.
std::string in_words(const std::vector<Reason>& reasons) {
  std::string text;
  for (const Reason& reason : reasons) {
    if (!text.empty()) text += "; ";
    put(text, "{} {:+.1f} ({}", reason.field, reason.bits, reason.finding);
    if (!reason.words.empty()) put(text, ": {}", join(reason.words, ", "));
    if (!reason.only_a.empty()) put(text, "; only a: {}", join(reason.only_a, ", "));
    if (!reason.only_b.empty()) put(text, "; only b: {}", join(reason.only_b, ", "));
    text += ')';
  }
  return text;
}

}  // namespace

void LinkOutput::put_string(std::string_view text) {
  out_ += '"';
  const bool valid = is_valid_utf8(text);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (byte < 0x20) {
      put(out_, "\\u{:04x}", byte);
    } else if (byte >= 0x80 && !valid) {
      out_ += '?';
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

void LinkOutput::flush_when_full() {
  if (out_.size() < (1 << 20)) return;
  failed_ = std::fwrite(out_.data(), 1, out_.size(), stdout) != out_.size() || failed_;
  out_.clear();
}

Result<void> LinkOutput::finish() {
  failed_ = std::fwrite(out_.data(), 1, out_.size(), stdout) != out_.size() || failed_;
  failed_ = std::fflush(stdout) != 0 || failed_;
  out_.clear();
  if (failed_) return fail(ErrorKind::kUnavailable, "standard output cannot be written");
  return {};
}

void LinkOutput::put_reasons(const RowPair& pair) {
  out_ += ",\"reasons\":[";
  bool first = true;
  for (const Reason& reason : linkage_.explain(pair)) {
    if (!first) out_ += ',';
    first = false;
    out_ += "{\"field\":";
    put_string(reason.field);
    out_ += ",\"finding\":";
    put_string(reason.finding);
    put(out_, ",\"bits\":{:.3f}", reason.bits);
    const auto list = [&](std::string_view name, const std::vector<std::string>& words) {
      if (words.empty()) return;
      put(out_, ",\"{}\":[", name);
      for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out_ += ',';
        put_string(words[i]);
      }
      out_ += ']';
    };
    list("shared", reason.words);
    list("only_a", reason.only_a);
    list("only_b", reason.only_b);
    out_ += '}';
  }
  out_ += ']';
}

void LinkOutput::put_pair(const RowPair& pair) {
  if (json_) {
    put(out_, "{{\"a\":{},\"b\":{},\"probability\":{:.6g},\"bits\":{:.3f}", pair.row_a + 1,
        pair.row_b + 1, pair.probability, pair.bits);
    if (reasons_) put_reasons(pair);
    out_ += '}';
  } else {
    CsvWriter writer(out_);
    const std::string words = reasons_ ? in_words(linkage_.explain(pair)) : "";
    writer.row({std::to_string(pair.row_a + 1), std::to_string(pair.row_b + 1),
                fmt::format("{:.6g}", pair.probability), words});
  }
  flush_when_full();
}

void LinkOutput::put_clusters() {
  out_ += "],\n\"clusters\":[";
  bool first = true;
  for (const RowCluster& cluster : linkage_.clusters()) {
    out_ += first ? "\n" : ",\n";
    first = false;
    if (linkage_.corpus().two_tables) {
      out_ += "{\"a\":";
      put_rows(out_, cluster.rows_a);
      out_ += ",\"b\":";
      put_rows(out_, cluster.rows_b);
    } else {
      out_ += "{\"rows\":";
      put_rows(out_, cluster.rows_a);
    }
    put(out_, ",\"least_probability\":{:.6g}", cluster.least_probability);
    if (cluster.alarm) out_ += ",\"size_alarm\":true";
    out_ += '}';
    flush_when_full();
  }
  out_ += ']';
}

void LinkOutput::put_summary() {
  const LinkSummary& summary = linkage_.summary();
  put(out_,
      ",\n\"summary\":{{\"rows\":[{}{}],\"records\":{},\"possible_pairs\":{:.0f},\"candidates\":{},"
      "\"links\":{},\"clusters\":{},\"size_alarms\":{},\"pair_completeness\":{:.5f},"
      "\"expected_matches\":{:.1f},\"iterations\":{},\"threshold\":{},\"seed\":{}}}",
      linkage_.corpus().rows[0],
      linkage_.corpus().two_tables ? fmt::format(",{}", linkage_.corpus().rows[1]) : "",
      summary.records, summary.possible_pairs, summary.candidates, summary.links,
      linkage_.clusters().size(), summary.size_alarms, summary.pair_completeness,
      linkage_.model()->lambda * summary.possible_pairs, linkage_.model()->iterations,
      options_.threshold, options_.seed);
  out_ += ",\n\"columns\":[";
  for (std::size_t i = 0; i < table_.columns.size(); ++i) {
    out_ += i == 0 ? "{\"name\":" : ",{\"name\":";
    put_string(table_.columns[i].name());
    put(out_, ",\"kind\":\"{}\"}}", name_of(table_.columns[i].kind()));
  }
  out_ += ']';
}

void LinkOutput::put_draws(std::size_t draws) {
  if (draws == 0) return;
  out_ += ",\n\"draws\":[";
  for (std::size_t i = 0; i < draws; ++i) {
    out_ += i == 0 ? "\n" : ",\n";
    put_rows(out_, linkage_.draw(i));
    flush_when_full();
  }
  out_ += ']';
}

Result<void> LinkOutput::print_links(bool everything, std::size_t draws) {
  out_ = json_ ? "{\"pairs\":[" : "a,b,probability,reasons\n";
  bool first = true;
  linkage_.for_each_pair([&](const RowPair& pair) {
    if (!everything && pair.probability < options_.threshold) return;
    if (json_) out_ += first ? "\n" : ",\n";
    first = false;
    put_pair(pair);
  });
  if (json_) {
    put_clusters();
    put_summary();
    put_draws(draws);
    out_ += "}\n";
  }
  return finish();
}

Result<void> LinkOutput::print_scores(const std::vector<RowPair>& pairs) {
  out_ = json_ ? "{\"scores\":[" : "a,b,probability,reasons\n";
  bool first = true;
  for (const RowPair& pair : pairs) {
    if (json_) out_ += first ? "\n" : ",\n";
    first = false;
    put_pair(pair);
  }
  if (json_) {
    out_ += ']';
    put_summary();
    out_ += "}\n";
  }
  return finish();
}

}  // namespace daybreak::cli
