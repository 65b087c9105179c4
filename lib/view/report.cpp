#include "filippov/view/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>

#include "filippov/arithmetic/error.hpp"
#include "json_text.hpp"
#include "report_style.hpp"

namespace filippov {

namespace {

using detail::Json;

constexpr std::array verdicts{ClaimVerdict::certified, ClaimVerdict::holds, ClaimVerdict::refuted,
                              ClaimVerdict::cited, ClaimVerdict::fails};

const char* meaning(ClaimVerdict verdict) {
  switch (verdict) {
    case ClaimVerdict::certified:
      return "proved, in interval arithmetic";
    case ClaimVerdict::holds:
      return "computed in double precision: evidence, not a proof";
    case ClaimVerdict::refuted:
      return "proved to be false as printed; the corrected form has a line of its own";
    case ClaimVerdict::cited:
      return "pure existence or the work of others: nothing to compute";
    case ClaimVerdict::fails:
      return "the check did not find what the claim says";
  }
  return "";
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::optional<std::string> contents(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(stream), {}};
}

/// Puts `prefix` before what stands after each `mark`.
void prefix_after(std::string& text, std::string_view mark, std::string_view prefix) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos;) {
    at += mark.size();
    text.insert(at, prefix);
    at += prefix.size();
  }
}

/// The <svg> element of a file, its identifiers made different from those of the other figures.
std::string inline_svg(std::string svg, std::size_t number) {
  const std::size_t start = svg.find("<svg");
  if (start == std::string::npos) return {};
  svg.erase(0, start);
  const std::string prefix = fmt::format("f{}-", number);
  for (const char* mark : {" id=\"", " id='", "href=\"#", "href='#", "url(#"}) {
    prefix_after(svg, mark, prefix);
  }
  // Alone in its tab "Gnuplot" would be a title; here it would be a label that says nothing.
  const std::size_t title = svg.find("<title>Gnuplot</title>");
  if (title != std::string::npos)
    svg.erase(title, std::string_view("<title>Gnuplot</title>").size());
  return svg;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view part = bytes.substr(i, 3);
    unsigned block = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      block = block << 8 | (k < part.size() ? static_cast<unsigned char>(part[k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += k <= part.size() ? digits[block >> (18 - 6 * k) & 63] : '=';
    }
  }
  return text;
}

std::string verdict_html(ClaimVerdict verdict) {
  return fmt::format("<span class=\"verdict {0}\" title=\"{1}\">{0}</span>", name(verdict),
                     meaning(verdict));
}

long count(std::span<const ClaimGroup> groups, ClaimVerdict verdict) {
  long sum = 0;
  for (const ClaimGroup& group : groups) {
    if (group.summary && groups.size() > 1) continue;
    sum += std::count_if(group.claims.begin(), group.claims.end(),
                         [&](const Claim& claim) { return claim.verdict == verdict; });
  }
  return sum;
}

/// "3 certified, 1 fails", each with its colour.
std::string counts_html(std::span<const ClaimGroup> groups) {
  std::string html;
  for (const ClaimVerdict verdict : verdicts) {
    const long number = count(groups, verdict);
    if (number == 0) continue;
    html += fmt::format("{}<span class=\"{} number\">{}</span> {}", html.empty() ? "" : ", ",
                        name(verdict), number, name(verdict));
  }
  return html;
}

std::string overview_html(std::span<const ClaimGroup> groups) {
  std::string html =
      fmt::format("<p class=\"counts\">{}.</p>\n<dl class=\"legend\">\n", counts_html(groups));
  for (const ClaimVerdict verdict : verdicts) {
    html +=
        fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", verdict_html(verdict), meaning(verdict));
  }
  html += "</dl>\n<nav><ol>\n";
  for (const ClaimGroup& group : groups) {
    html +=
        fmt::format("<li><a href=\"#{}\">{}</a> <small>{}{}</small></li>\n", escaped(group.name),
                    escaped(group.title), counts_html(std::span(&group, 1)),
                    group.finished ? "" : " <b class=\"fails\">did not finish</b>");
  }
  return html + "</ol></nav>\n";
}

std::string claim_html(const Claim& claim) {
  std::string html = fmt::format(
      "<tr class=\"{}\"><td data-label=\"claim\">{}</td><td data-label=\"as printed\">{}</td>"
      "<td data-label=\"computed\">{}",
      name(claim.verdict), escaped(claim.claim), escaped(claim.printed), escaped(claim.computed));
  if (!claim.command.empty()) html += fmt::format("<code>{}</code>", escaped(claim.command));
  return html +
         fmt::format("</td><td data-label=\"verdict\">{}</td></tr>\n", verdict_html(claim.verdict));
}

std::string figure_html(const Attachment& figure, const std::filesystem::path& directory,
                        std::size_t number) {
  const std::optional<std::string> svg = contents(directory / figure.file);
  return fmt::format(
      "<figure role=\"img\" aria-label=\"{}\">{}<figcaption>{}</figcaption></figure>\n",
      escaped(figure.caption),
      svg ? inline_svg(*svg, number)
          : fmt::format("<p class=\"fails\">{} is missing</p>", escaped(figure.file)),
      escaped(figure.caption));
}

std::string certificate_html(const Attachment& certificate,
                             const std::filesystem::path& directory) {
  const std::optional<std::string> text = contents(directory / certificate.file);
  if (!text) {
    return fmt::format("<li class=\"fails\">{} is missing</li>\n", escaped(certificate.file));
  }
  return fmt::format(
      "<li><a download=\"{0}\" href=\"data:application/json;base64,{1}\">{0}</a> "
      "({2} kB): {3}<code>filippov check {0}</code></li>\n",
      escaped(std::filesystem::path(certificate.file).filename().string()), base64(*text),
      (text->size() + 1023) / 1024, escaped(certificate.caption));
}

std::string group_html(const ClaimGroup& group, const std::filesystem::path& directory,
                       std::size_t& figures) {
  std::string html = fmt::format(
      "<section id=\"{}\">\n<h2>{}</h2>\n<p class=\"run\"><code>{}</code> {:.1f} s</p>\n",
      escaped(group.name), escaped(group.title), escaped(group.command), group.seconds);
  if (!group.finished) {
    html += "<p class=\"fails\">The program did not finish: what follows is not complete.</p>\n";
  }
  if (!group.claims.empty()) {
    html +=
        "<table><thead><tr><th>claim</th><th>as printed</th><th>computed</th><th>verdict</th>"
        "</tr></thead>\n<tbody>\n";
    for (const Claim& claim : group.claims) html += claim_html(claim);
    html += "</tbody></table>\n";
  }
  for (const Attachment& figure : group.figures) html += figure_html(figure, directory, ++figures);
  if (!group.certificates.empty()) {
    html += "<h3>Certificates</h3>\n<ul class=\"certificates\">\n";
    for (const Attachment& c : group.certificates) html += certificate_html(c, directory);
    html += "</ul>\n";
  }
  return html + "</section>\n";
}

Json attachments_json(const std::vector<Attachment>& attachments) {
  Json list = Json::array();
  for (const Attachment& a : attachments)
    list.push_back({{"file", a.file}, {"caption", a.caption}});
  return list;
}

std::vector<Attachment> parse_attachments(const Json& list) {
  std::vector<Attachment> attachments;
  for (const Json& entry : list) attachments.push_back({entry.at("file"), entry.at("caption")});
  return attachments;
}

ClaimVerdict parse_verdict(const std::string& text) {
  for (const ClaimVerdict verdict : verdicts) {
    if (text == name(verdict)) return verdict;
  }
  throw Error(
      fmt::format("unknown verdict \"{}\", expected certified, holds, refuted, cited or "
                  "fails",
                  text));
}

}  // namespace

const char* name(ClaimVerdict verdict) {
  switch (verdict) {
    case ClaimVerdict::certified:
      return "certified";
    case ClaimVerdict::holds:
      return "holds";
    case ClaimVerdict::refuted:
      return "refuted";
    case ClaimVerdict::cited:
      return "cited";
    case ClaimVerdict::fails:
      return "fails";
  }
  return "";
}

std::string to_json(const ClaimGroup& group) {
  Json json;
  json["name"] = group.name;
  json["title"] = group.title;
  json["command"] = group.command;
  json["finished"] = group.finished;
  json["seconds"] = group.seconds;
  json["summary"] = group.summary;
  json["claims"] = Json::array();
  for (const Claim& claim : group.claims) {
    json["claims"].push_back({{"claim", claim.claim},
                              {"printed", claim.printed},
                              {"computed", claim.computed},
                              {"verdict", name(claim.verdict)},
                              {"command", claim.command}});
  }
  json["figures"] = attachments_json(group.figures);
  json["certificates"] = attachments_json(group.certificates);
  return detail::json_text(json);
}

ClaimGroup parse_claim_group(std::string_view text, std::string_view file) try {
  const Json json = Json::parse(text);
  ClaimGroup group{json.at("name"), json.at("title"), json.at("command")};
  group.finished = json.at("finished");
  group.seconds = json.at("seconds");
  group.summary = json.at("summary");
  for (const Json& entry : json.at("claims")) {
    group.claims.push_back({entry.at("claim"), entry.at("printed"), entry.at("computed"),
                            parse_verdict(entry.at("verdict")), entry.at("command")});
  }
  group.figures = parse_attachments(json.at("figures"));
  group.certificates = parse_attachments(json.at("certificates"));
  return group;
} catch (const Json::exception& error) {
  throw Error(fmt::format("{}: not the claims of a verification program: {}", file, error.what()));
} catch (const Error& error) {
  throw Error(fmt::format("{}: {}", file, error.what()));
}

std::string report_html(std::span<const ClaimGroup> groups,
                        const std::filesystem::path& directory) {
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>filippov: what was verified</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n"
      "<h1>What was verified</h1>\n"
      "<p>The claims of Kumar &amp; Haupt, <cite>Directional Convergence Near Small "
      "Initializations and Saddles in Two-Homogeneous Neural Networks</cite>, computed by "
      "<b>filippov</b>. An interval [a, b] contains the number it stands for.</p>\n",
      detail::report_style);
  html += overview_html(groups);
  std::size_t figures = 0;
  for (const ClaimGroup& group : groups) html += group_html(group, directory, figures);
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace filippov
