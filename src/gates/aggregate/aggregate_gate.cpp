// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/aggregate/aggregate_gate.hpp"

#include <algorithm>

#include "gates/aggregate/withhold.hpp"
#include "trust/keys/signing.hpp"

namespace daybreak::gates {

using measures::CountTable;
using measures::Measure;

namespace {

Result<const Measure*> measure_of(std::string_view code) {
  if (const Measure* found = measures::MeasureList::built_in().find(code)) return found;
  return fail(ErrorKind::kInvalid, "this measure is not on the list", "field measure",
              "Choose one of the list");
}

Result<measures::Quarter> ended_quarter(const vault::Work& work, std::string_view period) {
  const auto quarter = TRY(measures::quarter_of(period));
  if (std::chrono::sys_days(quarter.last) + std::chrono::days(1) > work.now())
    return fail(ErrorKind::kInvalid, "this quarter has not ended", "field period",
                "Choose a quarter that is over");
  return quarter;
}

}  // namespace

// The head of the version after all that was sent.
Result<CountTable> AggregateGate::next(const vault::Work& work, const Measure& measure,
                                       std::string_view period,
                                       std::span<const CountTable> earlier) const {
  CountTable table;
  table.organization = work.vault.organization();
  table.measure = measure.code;
  table.period = period;
  for (const CountTable& before : earlier)
    if (before.measure == measure.code) table.version = std::max(table.version, before.version + 1);
  return table;
}

Result<CountTable> AggregateGate::prepare(const vault::Work& work, std::string_view code,
                                          std::string_view period) {
  const Measure* measure = TRY(measure_of(code));
  const auto quarter = TRY(ended_quarter(work, period));
  const auto question = vault::counts::question_from(measure->counts);
  if (!question)
    return fail(ErrorKind::kUnsupported, "this vault cannot count that", measure->code,
                "Update Daybreak");
  const auto counts = TRY(vault::counts::count(work, *question, quarter.first, quarter.last));
  const auto earlier = TRY(measures_.history(work.actor, measure->family, period));
  return withhold(TRY(next(work, *measure, period, earlier)), *measure, counts, earlier);
}

Result<void> AggregateGate::sign_and_send(const vault::Work& work, const CountTable& table,
                                          std::string_view action) {
  const trust::keys::OrganizationSigner signer(*work.keyring);
  const std::string text = table.write();
  TRY(work.vault.note_look(work.actor, "measure_table", action, {},
                           "measure=" + table.measure + ",period=" + table.period +
                               ",version=" + std::to_string(table.version)));
  return measures_.accept(work.actor, {text, signer.public_key(), signer.sign(text)});
}

Result<void> AggregateGate::send(const vault::Work& work, std::string_view measure,
                                 std::string_view period, std::string_view seen) {
  TRY(work.vault.require(work.actor, "measure_table", "send"));
  const CountTable table = TRY(prepare(work, measure, period));
  if (table.write() != seen)
    return fail(ErrorKind::kConflict, "the numbers are no longer those that you looked at", {},
                "Look at the table again, then send it");
  return sign_and_send(work, table, "send");
}

Result<void> AggregateGate::withdraw(const vault::Work& work, std::string_view code,
                                     std::string_view period) {
  TRY(work.vault.require(work.actor, "measure_table", "send"));
  const Measure* measure = TRY(measure_of(code));
  const auto earlier = TRY(measures_.history(work.actor, measure->family, period));
  CountTable table = TRY(next(work, *measure, period, earlier));
  if (table.version == 1)
    return fail(ErrorKind::kNotFound, "this table was not sent", {}, "Choose one that was");
  table.withdrawn = true;
  return sign_and_send(work, table, "withdraw");
}

Result<std::vector<measures::StoredTable>> AggregateGate::sent(const vault::Work& work) {
  return measures_.own(work.actor);
}

}  // namespace daybreak::gates
