#include "filippov/view/report.hpp"

#include <doctest/doctest.h>

#include <string>

#include "filippov/arithmetic/error.hpp"
#include "filippov/view/file.hpp"
#include "scratch_directory.hpp"

using namespace filippov;

namespace {

ClaimGroup sample() {
  ClaimGroup group{"toy", "A \"toy\" & more", "./verification/run toy"};
  group.claims = {{"|x| < 1 & y > 2", "yes", "[0.5, 0.75]", ClaimVerdict::certified, "filippov x"},
                  {"second", "", "1.5", ClaimVerdict::holds},
                  {"third", "", "counter-example", ClaimVerdict::refuted},
                  {"fourth", "", "an existence claim", ClaimVerdict::cited},
                  {"fifth", "4", "5", ClaimVerdict::fails}};
  group.figures = {{"a.svg", "first figure"}, {"a.svg", "again"}};
  group.certificates = {{"proof.json", "what it proves"}};
  group.seconds = 1.25;
  group.summary = true;
  group.finished = true;
  return group;
}

long occurrences(const std::string& text, const std::string& part) {
  long count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

}  // namespace

TEST_CASE("claims are read back as they were written") {
  const ClaimGroup group = sample();
  const ClaimGroup read = parse_claim_group(to_json(group), "toy.claims.json");
  CHECK(read.name == group.name);
  CHECK(read.title == group.title);
  CHECK(read.command == group.command);
  CHECK(read.seconds == group.seconds);
  CHECK(read.summary == group.summary);
  CHECK(read.finished);
  REQUIRE(read.claims.size() == group.claims.size());
  for (std::size_t i = 0; i < read.claims.size(); ++i) {
    CHECK(read.claims[i].claim == group.claims[i].claim);
    CHECK(read.claims[i].printed == group.claims[i].printed);
    CHECK(read.claims[i].computed == group.claims[i].computed);
    CHECK(read.claims[i].verdict == group.claims[i].verdict);
    CHECK(read.claims[i].command == group.claims[i].command);
  }
  REQUIRE(read.figures.size() == 2);
  CHECK(read.figures[1].caption == "again");
  REQUIRE(read.certificates.size() == 1);
  CHECK(read.certificates[0].file == "proof.json");
}

TEST_CASE("what are no claims is refused with the name of the file") {
  for (const char* text : {"", "[1, 2]", "{}", R"({"name": 1})"}) {
    CHECK_THROWS_WITH_AS(parse_claim_group(text, "x.json"),
                         doctest::Contains("x.json: not the claims"), Error);
  }
  std::string wrong = to_json(sample());
  wrong.replace(wrong.find("\"holds\""), 7, "\"maybe\"");
  CHECK_THROWS_WITH_AS(parse_claim_group(wrong, "x.json"), doctest::Contains("\"maybe\""), Error);
}

TEST_CASE("the page shows every claim and needs no other file") {
  const ScratchDirectory scratch;
  write_file(scratch.path() / "a.svg",
             "<?xml version=\"1.0\"?>\n<svg><title>Gnuplot</title><circle id='dot'/>"
             "<use xlink:href='#dot'/><g clip-path=\"url(#dot)\"/></svg>\n");
  write_file(scratch.path() / "proof.json", "{}\n");
  const ClaimGroup groups[] = {sample()};
  const std::string html = report_html(groups, scratch.path());
  CHECK(html.find("|x| &lt; 1 &amp; y &gt; 2") != std::string::npos);
  CHECK(html.find("A &quot;toy&quot; &amp; more") != std::string::npos);
  for (const char* verdict : {"certified", "holds", "refuted", "cited", "fails"}) {
    CHECK(occurrences(html, std::string("<tr class=\"") + verdict + "\">") == 1);
  }
  CHECK(html.find("filippov x") != std::string::npos);
  CHECK(html.find("did not finish") == std::string::npos);
  // Figures side by side keep their own identifiers.
  CHECK(html.find("<?xml") == std::string::npos);
  CHECK(html.find("Gnuplot") == std::string::npos);
  for (const char* part : {"id='f1-dot'", "href='#f1-dot'", "url(#f1-dot)", "id='f2-dot'"}) {
    CHECK(html.find(part) != std::string::npos);
  }
  CHECK(html.find("href=\"data:application/json;base64,e30K\"") != std::string::npos);
  for (const char* outside : {"src=", "<link", "@import", "<script"}) {
    CHECK(html.find(outside) == std::string::npos);
  }
}

TEST_CASE("what is missing is said to be missing") {
  const ScratchDirectory scratch;
  ClaimGroup group = sample();
  group.finished = false;
  const std::string html = report_html(std::span(&group, 1), scratch.path());
  CHECK(html.find("a.svg is missing") != std::string::npos);
  CHECK(html.find("proof.json is missing") != std::string::npos);
  CHECK(html.find("did not finish") != std::string::npos);
}

TEST_CASE("the totals leave out a group that sums up the others") {
  const ScratchDirectory scratch;
  ClaimGroup only{"only", "Only", "./verification/run only"};
  only.claims = {{"one", "", "1", ClaimVerdict::certified}};
  only.finished = true;
  const ClaimGroup groups[] = {sample(), only};
  const std::string html = report_html(groups, scratch.path());
  CHECK(html.find("<p class=\"counts\"><span class=\"certified number\">1</span> certified.</p>") !=
        std::string::npos);
}
