// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/test_result.hpp"
#include "trust/keys/blind_index.hpp"
#include "trust/keys/keyring.hpp"
#include "trust/keys/passphrase.hpp"
#include "trust/keys/seal.hpp"
#include "trust/keys/shares.hpp"

namespace daybreak::trust::keys {
namespace {

const Uuid kShelter(std::array<std::uint8_t, 16>{1}), kSheriff(std::array<std::uint8_t, 16>{2});
const Uuid kRow(std::array<std::uint8_t, 16>{3}), kOtherRow(std::array<std::uint8_t, 16>{4});

Place place() { return {kShelter, "vault", "clients_answer", kRow, "value", 7}; }

TEST(Seal, OpensOnlyInItsOwnPlace) {
  SeededRandom random(1);
  const Key key = Key::generate(random);
  const std::string sealed = seal(key, "Ana Example_", place(), random);
  EXPECT_EQ(open(key, sealed, place())->reveal(), "Ana Example_");

  std::vector<Place> elsewhere(6, place());
  elsewhere[0].organization = kSheriff;
  elsewhere[1].store = "commons";
  elsewhere[2].table = "notes_note";
  elsewhere[3].row = kOtherRow;
  elsewhere[4].column = "other";
  elsewhere[5].version = 6;
  for (const Place& other : elsewhere) {
    const auto moved = open(key, sealed, other);
    ASSERT_FALSE(moved);
    EXPECT_EQ(kind_of(moved), ErrorKind::kCorrupt);
  }
  EXPECT_FALSE(open(Key::generate(random), sealed, place()));
}

TEST(Seal, RefusesEverySingleChangedByte) {
  SeededRandom random(2);
  const Key key = Key::generate(random);
  const std::string sealed = seal(key, "555-0142", place(), random);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(open(key, changed, place())) << at;
    EXPECT_FALSE(open(key, std::string_view(sealed).substr(0, at), place())) << at;
  }
}

TEST(Seal, HidesLengthsWithinABlockAndKeepsEveryText) {
  SeededRandom random(3);
  const Key key = Key::generate(random);
  EXPECT_EQ(seal(key, "", place(), random).size(),
            seal(key, std::string(31, 'x'), place(), random).size());
  for (const std::string& text : {std::string(), std::string("\x80", 1), std::string(32, '\0'),
                                  std::string("a\0\x80\0", 4), std::string(100000, 'y')})
    EXPECT_EQ(open(key, seal(key, text, place(), random), place())->reveal(), text);
}

TEST(Seal, TakesBothKeysOfARecordOfTwo) {
  SeededRandom random(4);
  const Key client = Key::generate(random), attorney = Key::generate(random),
            clinical = Key::generate(random);
  const std::string sealed =
      seal(record_key(client, attorney, "notes_note", kRow), "x", place(), random);
  EXPECT_TRUE(open(record_key(client, attorney, "notes_note", kRow), sealed, place()));
  EXPECT_FALSE(open(record_key(client, clinical, "notes_note", kRow), sealed, place()));
  EXPECT_FALSE(open(record_key(client, "notes_note", kRow), sealed, place()));
  EXPECT_FALSE(
      open(record_key(Key::generate(random), attorney, "notes_note", kRow), sealed, place()));
}

TEST(Letter, IsForOneReceiverFromOneSenderInOneContext) {
  SeededRandom random(5);
  const KeyPair shelter = KeyPair::generate(random), sheriff = KeyPair::generate(random),
                other = KeyPair::generate(random);
  const std::string letter =
      write_letter(shelter, sheriff.public_key(), "projection", "release 1", random);
  EXPECT_EQ(read_letter(sheriff, shelter.public_key(), letter, "release 1")->reveal(),
            "projection");
  EXPECT_FALSE(read_letter(sheriff, shelter.public_key(), letter, "release 2"));
  EXPECT_FALSE(read_letter(other, shelter.public_key(), letter, "release 1"));
  EXPECT_FALSE(read_letter(sheriff, other.public_key(), letter, "release 1"));
  EXPECT_FALSE(read_letter(sheriff, PublicKey(), letter, "release 1"));  // a key of small order
  for (std::size_t at = 0; at < letter.size(); ++at) {
    std::string changed = letter;
    changed[at] = static_cast<char>(changed[at] ^ 4);
    EXPECT_FALSE(read_letter(sheriff, shelter.public_key(), changed, "release 1")) << at;
  }
}

TEST(Passphrase, OpensForItsOwnerAloneAndNeverForLessWork) {
  SystemRandom random;
  const Secret<std::string> right("seven quiet herons wade"), wrong("seven quiet herons waded");
  const std::string wrapped = wrap_under_passphrase(right, "keyring", "member 1", random);
  const auto opened = unwrap_under_passphrase(right, wrapped, "member 1");
  ASSERT_TRUE(opened) << opened.error().describe();
  EXPECT_EQ(opened->view(), "keyring");
  EXPECT_EQ(kind_of(unwrap_under_passphrase(wrong, wrapped, "member 1")), ErrorKind::kDenied);
  EXPECT_EQ(kind_of(unwrap_under_passphrase(right, wrapped, "member 2")), ErrorKind::kDenied);
  std::string cheap = wrapped;
  cheap[8] = 1;  // one pass
  EXPECT_EQ(kind_of(unwrap_under_passphrase(right, cheap, "member 1")), ErrorKind::kCorrupt);
  std::string costly = wrapped;
  costly[9] = 1;  // memory beyond what any machine has
  EXPECT_EQ(kind_of(unwrap_under_passphrase(right, costly, "member 1")), ErrorKind::kCorrupt);
  EXPECT_THROW(wrap_under_passphrase(right, "x", "m", random, {1, 1024}), std::logic_error);
  EXPECT_FALSE(check_new_passphrase("short"));
  EXPECT_FALSE(check_new_passphrase("aaaaaaaaaaaaaaaa"));
  EXPECT_TRUE(check_new_passphrase("siete garzas quietas"));
}

TEST(KeyringTest, ComesBackWholeAndGivesNoMoreThanAsked) {
  SeededRandom random(6);
  Keyring ring = Keyring::found(kShelter, random);
  ring.add("note.factual", Key::generate(random));
  ring.add("note.attorney", Key::generate(random));
  const auto again = Keyring::read(ring.write().view());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->organization(), kShelter);
  EXPECT_EQ(again->pair().public_key(), ring.pair().public_key());
  EXPECT_TRUE(*again->find("note.attorney") == *ring.find("note.attorney"));
  const Keyring less = ring.limited_to({"note.factual"});
  EXPECT_THAT(less.names(), testing::ElementsAre("note.factual"));
  EXPECT_EQ(less.find("note.attorney"), nullptr);
  EXPECT_FALSE(Keyring::read("short"));
  EXPECT_FALSE(Keyring::read(std::string(ring.write().view()) + "x"));
}

TEST(Shares, AnyThreeOfFiveGiveTheKeyAndTwoDoNot) {
  SystemRandom random;
  const Key secret = Key::generate(random);
  std::vector<Share> shares;
  for (const Share& share : split(secret, 3, 5, random)) {
    auto parsed = parse_share(write_share(share));
    ASSERT_TRUE(parsed) << parsed.error().describe();
    shares.push_back(std::move(*parsed));
  }
  const auto pick = [&](std::vector<std::size_t> which) {
    std::vector<Share> some;
    for (const std::size_t i : which)
      some.push_back({shares[i].set, shares[i].threshold, shares[i].number,
                      LockedBytes::copy_of(shares[i].bytes.view())});
    return some;
  };
  for (std::size_t a = 0; a < 5; ++a)
    for (std::size_t b = a + 1; b < 5; ++b) {
      EXPECT_FALSE(combine(pick({a, b})));
      EXPECT_FALSE(combine(pick({a, b, b})));
      for (std::size_t c = b + 1; c < 5; ++c) {
        const auto key = combine(pick({c, a, b}));
        ASSERT_TRUE(key);
        EXPECT_TRUE(*key == secret);
      }
    }
  // Two shares that claim to be enough give something else.
  auto forged = pick({0, 1});
  for (Share& share : forged) share.threshold = 2;
  EXPECT_FALSE(*combine(forged) == secret);
  // A share of another splitting does not fit.
  auto mixed = pick({0, 1});
  mixed.push_back(std::move(split(secret, 3, 5, random)[2]));
  EXPECT_FALSE(combine(mixed));
}

TEST(Shares, FindAWrongLetter) {
  SystemRandom random;
  const std::string line = write_share(split(Key::generate(random), 3, 5, random)[0]);
  for (std::size_t at = 5; at < line.size(); ++at) {
    if (line[at] == '-') continue;
    std::string typo = line;
    typo[at] = typo[at] == 'Z' ? 'Y' : 'Z';
    EXPECT_FALSE(parse_share(typo)) << at;
  }
  EXPECT_TRUE(parse_share(" " + line + "\n"));
  EXPECT_FALSE(parse_share("hello"));
}

TEST(Shares, TwoSharesFitEverySecret) {
  // Perfect secrecy by counting: over all third shares, two fixed ones meet every first byte once.
  SeededRandom random(9);
  const auto shares = split(Key::generate(random), 3, 5, random);
  std::set<unsigned char> met;
  for (int guess = 0; guess < 256; ++guess) {
    std::vector<Share> tried;
    for (std::size_t i : {0, 1, 2})
      tried.push_back(
          {shares[i].set, 3, shares[i].number, LockedBytes::copy_of(shares[i].bytes.view())});
    tried[2].bytes.data()[0] = static_cast<unsigned char>(guess);
    met.insert(combine(tried)->data()[0]);
  }
  EXPECT_EQ(met.size(), 256u);
}

TEST(BlindIndexTest, FindsWordsInOneVaultAndNothingAcross) {
  SeededRandom random(7);
  const Keyring shelter = Keyring::found(kShelter, random),
                sheriff = Keyring::found(kSheriff, random);
  const BlindIndex index(shelter), other(sheriff);
  const auto terms = index.terms_of("name", "María del Carmen Ejemplo_");
  for (const char* asked : {"maria", "CARMEN", "Ejemplo", "car"})
    EXPECT_THAT(terms, testing::IsSupersetOf(index.search_terms("name", asked))) << asked;
  EXPECT_THAT(terms, testing::Not(testing::IsSupersetOf(index.search_terms("name", "carm"))));
  EXPECT_THAT(terms, testing::Not(testing::IsSupersetOf(index.search_terms("street", "maria"))));
  for (const std::string& term : other.terms_of("name", "María del Carmen Ejemplo_"))
    EXPECT_THAT(terms, testing::Not(testing::Contains(term)));
}

// Locked memory is marked so in the kernel's own account of this process.
TEST(LockedBytesTest, AreLockedAndLeftOutOfCoreDumps) {
  const LockedBytes secret = LockedBytes::copy_of("a secret");
  std::ifstream maps("/proc/self/smaps");
  std::string line;
  bool inside = false;
  for (; std::getline(maps, line);) {
    std::uintptr_t from = 0, to = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &from, &to) == 2 && line.find('-') < 17)
      inside = from <= reinterpret_cast<std::uintptr_t>(secret.data()) &&
               reinterpret_cast<std::uintptr_t>(secret.data()) < to;
    if (inside && line.starts_with("VmFlags:")) {
      EXPECT_THAT(line, testing::HasSubstr(" lo"));
      EXPECT_THAT(line, testing::HasSubstr(" dd"));
      return;
    }
  }
  FAIL() << "the memory is not in /proc/self/smaps";
}

}  // namespace
}  // namespace daybreak::trust::keys
