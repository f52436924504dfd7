// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/scan_report.hpp"

#include <cmath>
#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"

namespace daybreak::cli {
namespace {

// JSON has no infinity.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json finding_json(const ScanFinding& finding) {
  const stats::Cluster& c = finding.cluster;
  Json members = Json::array();
  for (const std::string& member : finding.members) members.append(member);
  Json out = Json::object();
  out.set("members", std::move(members));
  out.set("node", text_or_null(finding.node));
  out.set("start", text_or_null(finding.start));
  out.set("end", text_or_null(finding.end));
  out.set("cases", c.cases);
  out.set("expected", number(c.expected));
  out.set("relative_risk", number(c.relative_risk));
  out.set("llr", number(c.llr));
  out.set("statistic", number(c.statistic));
  out.set("p_value", c.p_value);
  out.set("gumbel_p_value", c.gumbel_p ? number(*c.gumbel_p) : Json(nullptr));
  if (finding.centre) {
    out.set("centre", Json::array({finding.centre->x, finding.centre->y}));
    out.set("radius", finding.radius);
  }
  if (finding.shape) out.set("shape", *finding.shape);
  if (finding.angle) out.set("angle", *finding.angle);
  if (finding.recurrence_days) out.set("recurrence_interval_days", *finding.recurrence_days);
  if (!finding.certainty.empty()) {
    Json certainty = Json::object();
    for (const auto& [id, share] : finding.certainty) certainty.set(id, share);
    out.set("certainty", std::move(certainty));
  }
  return out;
}

std::string amount(double value) {
  if (!std::isfinite(value)) return "infinite";
  return fmt::format("{:.{}f}", value, value < 10 ? 2 : 1);
}

std::string_view strength(double p) {
  if (p <= 0.01) return "strong evidence that this is not chance";
  if (p <= 0.05) return "evidence that this is not chance";
  if (p <= 0.2) return "weak evidence: chance could well explain it";
  return "no evidence: chance alone often does as much";
}

std::string finding_words(std::size_t rank, const ScanFinding& finding,
                          const ScanOutcome& outcome) {
  const stats::Cluster& c = finding.cluster;
  std::string out = fmt::format("{}. ", rank);
  if (!finding.node.empty()) out += fmt::format("Branch {}. ", finding.node);
  if (!finding.members.empty() && outcome.places > 1) {
    out += fmt::format("{} place{}: {}. ", finding.members.size(),
                       finding.members.size() == 1 ? "" : "s", join(finding.members, ", "));
  }
  if (!finding.start.empty()) out += fmt::format("From {} to {}. ", finding.start, finding.end);
  out += fmt::format("{} cases where {} were expected", c.cases, amount(c.expected));
  if (outcome.model != "multinomial")
    out += fmt::format(", {} times the rate elsewhere", amount(c.relative_risk));
  out += fmt::format(".\n   Log likelihood ratio {:.6f}", c.llr);
  if (c.statistic != c.llr) out += fmt::format(", test statistic {:.6f}", c.statistic);
  out +=
      fmt::format("; p = {:.{}f}: {}.", c.p_value, c.p_value < 0.001 ? 5 : 4, strength(c.p_value));
  const double least = 1.0 / (outcome.result.replications + 1.0);
  if (c.gumbel_p && c.p_value <= least * 1.0001) {
    out += fmt::format(
        " No replicate reached it; extrapolated beyond them (Gumbel), p is about {:.1e}.",
        *c.gumbel_p);
  }
  if (finding.recurrence_days) {
    out += fmt::format(" By chance, one such signal in {} days.", amount(*finding.recurrence_days));
  }
  out += "\n";
  if (!finding.certainty.empty()) {
    out += "   Share of bootstrap samples in which each place belongs to a significant cluster:";
    for (const auto& [id, share] : finding.certainty) out += fmt::format(" {} {:.2f}", id, share);
    out += "\n";
  }
  return out;
}

}  // namespace

std::string scan_json(const ScanRequest& request, const ScanOutcome& outcome, double cpu_seconds) {
  Json clusters = Json::array();
  for (const ScanFinding& finding : outcome.findings) clusters.append(finding_json(finding));
  Json out = Json::object();
  out.set("clusters", std::move(clusters));
  out.set("seed", request.seed);
  out.set("replications", static_cast<std::int64_t>(outcome.result.replications));
  out.set("cpu_seconds", cpu_seconds);
  out.set("model", outcome.model);
  out.set("total_cases", outcome.result.total_cases);
  out.set("places", static_cast<std::int64_t>(outcome.places));
  out.set("times", static_cast<std::int64_t>(outcome.times));
  out.set("windows", static_cast<std::int64_t>(outcome.result.windows));
  out.set("study_start", text_or_null(outcome.study_start));
  out.set("study_end", text_or_null(outcome.study_end));
  out.set("stopped_early", outcome.result.stopped_early);
  if (outcome.result.gini_size) out.set("gini_max_size", *outcome.result.gini_size);
  if (outcome.result.gini) out.set("gini", *outcome.result.gini);
  out.set("threads", static_cast<std::int64_t>(outcome.threads));
  out.set("simd", outcome.simd);
  return to_text(out) + "\n";
}

std::string scan_words(const ScanRequest& request, const ScanOutcome& outcome, double cpu_seconds) {
  std::string out = fmt::format("{} cases", outcome.result.total_cases);
  if (outcome.places > 1) out += fmt::format(", {} places", outcome.places);
  if (outcome.nodes > 0) out += fmt::format(", a tree of {} nodes", outcome.nodes);
  if (!outcome.study_start.empty()) {
    out += fmt::format(", {} to {} in {} units of time", outcome.study_start, outcome.study_end,
                       outcome.times);
  }
  out += fmt::format(
      ".\nModel {}. {} windows, {} replicates, seed {}. Each p-value accounts for all these "
      "windows;\n"
      "equal statistics get equal p-values.\n\n",
      outcome.model, outcome.result.windows, outcome.result.replications, request.seed);
  if (outcome.findings.empty()) out += "No window holds more cases than expected.\n";
  std::size_t rank = 0;
  for (const ScanFinding& finding : outcome.findings) {
    if (rank >= 20) {
      out += fmt::format("... and {} more, all weaker; --json lists them.\n",
                         outcome.findings.size() - rank);
      break;
    }
    out += finding_words(++rank, finding, outcome);
  }
  out += fmt::format("\n{:.2f} seconds of processor time ({}, {} thread{}).\n", cpu_seconds,
                     outcome.simd, outcome.threads, outcome.threads == 1 ? "" : "s");
  return out;
}

}  // namespace daybreak::cli
