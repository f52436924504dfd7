// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/router.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

namespace daybreak::http {
namespace {

Handler says(std::string text) {
  return [text = std::move(text)](Request&) { return Response::text(text); };
}

Response ask(const Router& router, Method method, std::string target,
             std::vector<std::pair<std::string, std::string>> headers = {}, std::string body = {}) {
  auto request = Request::create({method, std::move(target), std::move(headers), std::move(body)});
  EXPECT_TRUE(request.has_value());
  return router.handle(*request);
}

std::string get(const Router& router, std::string target) {
  return std::string(ask(router, Method::kGet, std::move(target)).body());
}

TEST(Router, PrefersTheNarrowerPattern) {
  Router router;
  router.get("/", Access::anyone(), says("root"));
  router.get("/a/new", Access::anyone(), says("literal"));
  router.get("/a/{id:uuid}", Access::anyone(), says("uuid"));
  router.get("/a/{number:integer}", Access::anyone(), says("integer"));
  router.get("/a/{name}", Access::anyone(), says("text"));
  router.get("/a/{path:rest}", Access::anyone(), says("rest"));
  EXPECT_EQ(get(router, "/"), "root");
  EXPECT_EQ(get(router, "/a/new"), "literal");
  EXPECT_EQ(get(router, "/a/00000000-0000-7000-8000-000000000001"), "uuid");
  EXPECT_EQ(get(router, "/a/12"), "integer");
  EXPECT_EQ(get(router, "/a/else"), "text");
  EXPECT_EQ(get(router, "/a/b/c"), "rest");
}

TEST(Router, GoesBackWhenANarrowPatternLeadsNowhere) {
  Router router;
  router.get("/a/{id:integer}/edit", Access::anyone(), says("edit"));
  router.get("/a/{name}/show", Access::anyone(),
             [](Request& request) { return Response::text(request.parameter("name")); });
  EXPECT_EQ(get(router, "/a/7/show"), "7");
}

TEST(Router, GivesTypedParameters) {
  Router router;
  router.get("/a/{n:integer}/{path:rest}", Access::anyone(), [](Request& request) {
    EXPECT_THROW(request.parameter("other"), std::logic_error);
    return Response::text(std::to_string(request.integer_parameter("n") + 1) +
                          request.parameter("path"));
  });
  EXPECT_EQ(get(router, "/a/-3/x/y%20z"), "-2x/y z");
}

TEST(Router, AnswersWrongMethodsWithAllow) {
  Router router;
  router.get("/a", Access::anyone(), says("a"));
  router.post("/a", Access::anyone(), says("posted"));
  const Response wrong = ask(router, Method::kDelete, "/a");
  EXPECT_EQ(wrong.status(), Status::kMethodNotAllowed);
  EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, POST, OPTIONS");
  const Response options = ask(router, Method::kOptions, "/a");
  EXPECT_EQ(options.status(), Status::kNoContent);
  EXPECT_EQ(options.header("Allow"), "GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(ask(router, Method::kHead, "/a").status(), Status::kOk);
  EXPECT_EQ(ask(router, Method::kGet, "/b").status(), Status::kNotFound);
}

TEST(Router, LeadsFromTheTrailingSlashToThePathWithoutIt) {
  Router router;
  router.get("/a b", Access::anyone(), says("a"));
  const Response response = ask(router, Method::kGet, "/a%20b/?x=1");
  EXPECT_EQ(response.status(), Status::kPermanentRedirect);
  EXPECT_EQ(response.header("Location"), "/a%20b?x=1");
  EXPECT_EQ(ask(router, Method::kGet, "/c/").status(), Status::kNotFound);
}

TEST(Router, TakesTheLanguageFromTheFrontOfThePath) {
  Router router;
  router.set_languages({"en", "es"});
  const Handler show = [](Request& request) {
    return Response::text(request.language() + request.path());
  };
  router.get("/", Access::anyone(), show);
  router.get("/services/{id:integer}", Access::anyone(), show);
  EXPECT_EQ(get(router, "/"), "en/");
  EXPECT_EQ(get(router, "/es"), "es/");
  EXPECT_EQ(get(router, "/es/services/4"), "es/services/4");
  EXPECT_EQ(get(router, "/en/services/4"), "en/services/4");
  EXPECT_EQ(ask(router, Method::kGet, "/fr/services/4").status(), Status::kNotFound);
  EXPECT_EQ(ask(router, Method::kGet, "/es/services/4/").header("Location"), "/es/services/4");
  EXPECT_EQ(ask(router, Method::kGet, "/es/").header("Location"), "/es");
}

TEST(Router, RefusesTwoRoutesOfOneShape) {
  Router router;
  router.get("/a/{x}", Access::anyone(), says(""));
  EXPECT_THROW(router.get("/a/{y}", Access::anyone(), says("")), std::logic_error);
  EXPECT_THROW(router.get("a", Access::anyone(), says("")), std::logic_error);
  EXPECT_THROW(router.get("/{x:rest}/b", Access::anyone(), says("")), std::logic_error);
  EXPECT_THROW(router.get("/{x:date}", Access::anyone(), says("")), std::logic_error);
}

TEST(Router, HidesRoutesThatNobodyGuards) {
  Router router;
  router.get("/a", Access::signed_in(), says("secret"));
  EXPECT_EQ(ask(router, Method::kGet, "/a").status(), Status::kNotFound);
  router.set_authorizer([](Request&, const Route& route) -> std::optional<Response> {
    if (route.access.kind() == Access::Kind::kSignedIn) return Response::redirect("/sign-in");
    return std::nullopt;
  });
  EXPECT_EQ(ask(router, Method::kGet, "/a").header("Location"), "/sign-in");
}

TEST(Router, RunsStepsInOrderAroundTheHandler) {
  Router router;
  std::string order;
  router.add_step([&](Request& request, const Route&, const Handler& next) {
    order += "1";
    Response response = next(request);
    order += "4";
    return response;
  });
  router.add_step([&](Request& request, const Route&, const Handler& next) {
    order += "2";
    request.attach(std::string("session"));
    return next(request);
  });
  router.get("/", Access::anyone(), [&](Request& request) {
    order += "3";
    return Response::text(*request.attached<std::string>());
  });
  EXPECT_EQ(get(router, "/"), "session");
  EXPECT_EQ(order, "1234");
}

TEST(Router, RefusesFormsFromOtherSites) {
  Router router;
  router.post("/a", Access::anyone(), says("done"));
  router.post("/hook", Access::anyone(), says("done"), {.csrf = Csrf::kExempt});
  const auto post = [&](std::string target, std::string name, std::string value) {
    return ask(router, Method::kPost, std::move(target), {{std::move(name), std::move(value)}})
        .status();
  };
  EXPECT_EQ(post("/a", "Sec-Fetch-Site", "same-origin"), Status::kOk);
  EXPECT_EQ(post("/a", "Sec-Fetch-Site", "cross-site"), Status::kForbidden);
  EXPECT_EQ(post("/a", "Sec-Fetch-Site", "same-site"), Status::kForbidden);
  EXPECT_EQ(post("/a", "Origin", "http://localhost"), Status::kOk);
  EXPECT_EQ(post("/a", "Origin", "https://other.example.org"), Status::kForbidden);
  EXPECT_EQ(post("/a", "Origin", "null"), Status::kForbidden);
  EXPECT_EQ(post("/hook", "Origin", "https://other.example.org"), Status::kOk);
}

TEST(Router, TurnsAnExceptionIntoA500AndReportsIt) {
  Router router;
  std::string reported;
  router.on_bug = [&](const Request&, std::string_view what) { reported = what; };
  router.set_error_page([](const Request&, Status status, std::string_view) {
    return Response::html("page " + std::to_string(static_cast<int>(status)));
  });
  router.get("/", Access::anyone(),
             [](Request&) -> Response { throw std::runtime_error("secret detail"); });
  const Response response = ask(router, Method::kGet, "/");
  EXPECT_EQ(response.status(), Status::kInternalError);
  EXPECT_EQ(response.body(), "page 500");
  EXPECT_EQ(reported, "secret detail");
}

TEST(Router, RefusesAFormThatIsNotWellFormed) {
  Router router;
  router.post("/a", Access::anyone(), [](Request& request) {
    return Response::text(request.form().fields.get("name").raw());
  });
  const auto post = [&](std::string body) {
    return ask(router, Method::kPost, "/a", {{"Content-Type", "application/x-www-form-urlencoded"}},
               std::move(body));
  };
  EXPECT_EQ(post("name=Ada+Example").body(), "Ada Example");
  EXPECT_EQ(post("name=%zz").status(), Status::kBadRequest);
}

}  // namespace
}  // namespace daybreak::http
