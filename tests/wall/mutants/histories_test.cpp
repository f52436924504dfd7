// SPDX-License-Identifier: AGPL-3.0-or-later
// Random histories against the model of the wall, as one more test that can find a mutant.
#include <gtest/gtest.h>

#include "prove/proof.hpp"

namespace daybreak {
namespace {

TEST(Histories, FollowTheModel) {
  const prove::Proof proof = prove::prove_wall(150, 4);
  for (const std::string& fault : proof.faults) ADD_FAILURE() << fault;
}

}  // namespace
}  // namespace daybreak
