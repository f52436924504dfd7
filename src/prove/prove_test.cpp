// SPDX-License-Identifier: AGPL-3.0-or-later
// The bars of durability, the wall and the audit log, with the sizes that ./test can afford;
// `daybreak prove --full` runs more. $DAYBREAK_PROVE_KILLS and the like choose other sizes.
#include <cstdlib>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "prove/proof.hpp"

namespace daybreak::prove {
namespace {

std::uint64_t setting(const char* name, std::uint64_t fallback) {
  const char* text = std::getenv(name);
  const auto number = text == nullptr ? std::nullopt : to_integer(text);
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) : fallback;
}

void expect_holds(const Proof& proof) {
  for (const Figure& figure : proof.figures)
    std::printf("[ figure  ] %s: %s: %s\n", proof.name.c_str(), figure.what.c_str(),
                figure.value.c_str());
  EXPECT_FALSE(proof.figures.empty());
  for (const std::string& fault : proof.faults) ADD_FAILURE() << fault;
}

TEST(Prove, KillsLoseNoAcknowledgedWrite) {
  expect_holds(prove_crash(setting("DAYBREAK_PROVE_KILLS", 2000), 11));
}

TEST(Prove, PowerLossesLoseNoAcknowledgedWrite) {
  expect_holds(prove_power(setting("DAYBREAK_PROVE_LOSSES", 1000), 23));
}

TEST(Prove, BackupsComeBackWhole) {
  expect_holds(prove_restore(setting("DAYBREAK_PROVE_BACKUPS", 10), 5));
}

TEST(Prove, EveryChangeOfTheAuditLogIsFound) {
  expect_holds(prove_audit(setting("DAYBREAK_PROVE_MUTATIONS", 10'000), 7));
}

TEST(Prove, NothingFlowsWithoutALivingRelease) {
  expect_holds(prove_wall(setting("DAYBREAK_PROVE_HISTORIES", 100'000), 20261122));
}

}  // namespace
}  // namespace daybreak::prove
