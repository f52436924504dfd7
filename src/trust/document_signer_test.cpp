// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/document_signer.hpp"

#include <gtest/gtest.h>

namespace daybreak::trust {
namespace {

TEST(DocumentSigner, ASignatureHoldsForItsTextAndKeyAlone) {
  const DocumentSigner signer(NodeKey::for_tests());
  const std::string signature = signer.sign("a report");
  EXPECT_TRUE(DocumentSigner::is_signed("a report", signer.public_key(), signature));
  EXPECT_FALSE(DocumentSigner::is_signed("a  report", signer.public_key(), signature));
  std::string other = signature;
  other[0] = other[0] == 'a' ? 'b' : 'a';
  EXPECT_FALSE(DocumentSigner::is_signed("a report", signer.public_key(), other));
  EXPECT_FALSE(DocumentSigner::is_signed("a report", std::string(64, '0'), signature));
  EXPECT_FALSE(DocumentSigner::is_signed("a report", "zz", signature));
  EXPECT_EQ(DocumentSigner(NodeKey::for_tests()).public_key(), signer.public_key());
}

}  // namespace
}  // namespace daybreak::trust
