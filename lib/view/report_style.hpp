#pragma once

namespace filippov::detail {

/// Style sheet of the report: system fonts only; on a narrow screen every line of a table becomes a
/// block with its own labels, so that nothing is wider than the screen.
inline constexpr const char* report_style = R"css(
:root { color-scheme: light; --line: #d8dce2; --soft: #f5f6f8; --ink: #1c2127; --mild: #5b6570;
  --certified: #12692f; --holds: #1f5a94; --refuted: #8a4b00; --cited: #5b6570; --fails: #b3131b; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .6rem 0; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.4rem 0 .3rem; padding-top: .8rem;
  border-top: 2px solid var(--line); }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
a { color: #1f5a94; }
small, .run { color: var(--mild); font-size: .85rem; }
code { font: .82rem/1.4 ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace;
  background: var(--soft); padding: .1em .35em; border-radius: 3px; overflow-wrap: anywhere; }
td code, li code { display: block; width: fit-content; margin-top: .2rem; }
.counts { font-size: 1.1rem; }
.number { font-weight: 700; }
.legend { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr));
  gap: .4rem 1.2rem; font-size: .85rem; color: var(--mild); margin: 1rem 0; }
.legend div { display: flex; gap: .6rem; align-items: baseline; }
.legend dd { margin: 0; }
nav li { margin: .15rem 0; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--mild); font-size: .8rem; }
th, td { padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere; }
th:nth-child(1) { width: 34%; } th:nth-child(2) { width: 20%; } th:nth-child(4) { width: 7rem; }
tr.fails td { background: #fdf0f0; }
.verdict { display: inline-block; padding: .05em .55em; border-radius: 1em; font-size: .8rem;
  font-weight: 600; border: 1px solid currentColor; white-space: nowrap; }
.certified { color: var(--certified); } .holds { color: var(--holds); }
.refuted { color: var(--refuted); } .cited { color: var(--cited); } .fails { color: var(--fails); }
tr.certified, tr.holds, tr.refuted, tr.cited, tr.fails { color: inherit; }
.verdict.certified { background: #eaf6ee; } .verdict.fails { background: #fdf0f0; }
figure { margin: 1.2rem 0; overflow-x: auto; }
figure svg { max-width: 100%; height: auto; display: block; }
figcaption { color: var(--mild); font-size: .88rem; max-width: 50rem; }
.certificates li { margin: .4rem 0; overflow-wrap: anywhere; }
@media screen and (max-width: 44rem) {
  main { padding: .7rem; }
  thead { display: none; }
  table, tbody, tr, td { display: block; width: 100%; }
  tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  td { border: 0; padding: .1rem .2rem .1rem 6.2rem; position: relative; min-height: 1.5rem; }
  figure svg { min-width: 34rem; }
  td:nth-child(1) { padding-left: .2rem; font-weight: 600; }
  td:nth-child(n + 2)::before { content: attr(data-label); position: absolute; left: .2rem;
    color: var(--mild); font-size: .8rem; }
}
@media print {
  body { font-size: 9.5pt; }
  main { max-width: none; padding: 0; }
  tr, figure, li { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  a { color: inherit; text-decoration: none; }
}
)css";

}  // namespace filippov::detail
