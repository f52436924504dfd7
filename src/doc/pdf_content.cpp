// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/pdf_content.hpp"

#include <algorithm>
#include <qpdf/Pl_String.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <set>

namespace daybreak::doc {
namespace {

// A painted object runs from its first operator to its last; no mark may start or end between them.
bool starts_object(const std::string& name) {
  static const std::set<std::string> kNames = {"m", "re", "BT", "Do", "sh", "BI"};
  return kNames.contains(name);
}
bool ends_object(const std::string& name) {
  static const std::set<std::string> kNames = {"S", "s",  "f", "F",  "f*", "B",  "B*",
                                               "b", "b*", "n", "ET", "Do", "sh", "EI"};
  return kNames.contains(name);
}

// Splits a content stream into instructions: operands and the operator that follows them.
class Instructions : public QPDFObjectHandle::TokenFilter {
 public:
  void handleToken(const QPDFTokenizer::Token& token) override {
    pending_ += token.getRawValue();
    if (token.getType() == QPDFTokenizer::tt_integer) last_integer_ = token.getValue();
    if (token.getType() == QPDFTokenizer::tt_name) {
      if (first_name_.empty()) first_name_ = token.getValue();
      has_id_ = has_id_ || token.getValue() == "/MCID";
    }
    if (token.getType() != QPDFTokenizer::tt_word) return;
    take(token.getValue());
    pending_.clear();
    first_name_.clear();
    has_id_ = false;
  }
  void handleEOF() override {
    write(pending_);
    pending_.clear();
  }

 protected:
  virtual void take(const std::string& name) = 0;
  // Keeps track of the marks that are open; a span that only carries ActualText marks nothing.
  void follow(const std::string& name) {
    if (name == "BDC" || name == "BMC")
      open_marks_.push_back(has_id_ || first_name_ == "/Artifact");
    if (name != "EMC") return;
    if (open_marks_.empty()) {
      ++unbalanced_;
    } else {
      open_marks_.pop_back();
    }
  }
  bool marked() const {
    return std::find(open_marks_.begin(), open_marks_.end(), true) != open_marks_.end();
  }
  std::vector<bool> open_marks_;
  int unbalanced_ = 0;
  std::string pending_, first_name_, last_integer_;
  bool has_id_ = false;
};

class ArtifactFilter : public Instructions {
  void take(const std::string& name) override {
    if (!marked() && !open_ && starts_object(name)) {
      write("/Artifact BMC\n");
      open_ = true;
    }
    write(pending_);
    if (open_ && ends_object(name)) {
      write("\nEMC\n");
      open_ = false;
    }
    follow(name);
  }
  bool open_ = false;
};

class MarkReader : public Instructions {
 public:
  MarkedPage page;
  void handleEOF() override { page.unbalanced = unbalanced_ + !open_marks_.empty(); }

 private:
  void take(const std::string& name) override {
    if (name == "BDC" && has_id_ && first_name_ != "/Artifact") {
      page.ids.push_back(std::atoi(last_integer_.c_str()));
    }
    follow(name);
    if (ends_object(name) && name != "n") {
      page.paints = true;
      if (!marked()) ++page.unmarked;
    }
  }
};

}  // namespace

std::string with_artifacts(QPDFObjectHandle page) {
  ArtifactFilter filter;
  std::string content;
  Pl_String buffer("content", nullptr, content);
  QPDFPageObjectHelper(page).filterContents(&filter, &buffer);
  return content;
}

MarkedPage read_marks(QPDFObjectHandle page) {
  MarkReader reader;
  QPDFPageObjectHelper(page).filterContents(&reader);
  return reader.page;
}

}  // namespace daybreak::doc
