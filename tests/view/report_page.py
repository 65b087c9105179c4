"""Looks at a report in a browser: report_page.py REPORT_PROGRAM

Makes a report from claims with long words, a wide figure and a certificate, opens it in chromium as
wide as a phone and as wide as a desk, and checks that nothing is wider than the page and that every
claim, figure and certificate is there. Skipped where there is no chromium.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
WIDTHS = (360, 1200)
VERDICTS = ("certified", "holds", "refuted", "cited", "fails")

# Runs in the report itself and tells the page around it what it saw.
PROBE = """<script>addEventListener("load", () => parent.postMessage({
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  wide: [...document.querySelectorAll("main *:not(figure *)")].filter(
    e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName),
  claims: [...document.querySelectorAll("tbody tr")].map(
    row => [row.cells[0].innerText, row.cells[3].innerText]),
  figures: [...document.querySelectorAll("figure svg")].map(e => e.getBoundingClientRect().height),
  downloads: [...document.querySelectorAll("a[download]")].map(e => e.download),
  width: innerWidth }, "*"));</script>"""
FRAME = """<!DOCTYPE html><pre></pre><script>addEventListener("message", event =>
  document.querySelector("pre").append(JSON.stringify(event.data) + "\\n"));</script>"""


def claims_file(name):
    number = "[" + "0.1234567890123456789" * 4 + ", 1]"
    return {
        "name": name, "title": f"The group {name}", "command": f"./verification/run {name}",
        "finished": True, "seconds": 0.5, "summary": False,
        "claims": [{"claim": f"{name} {v}: beta_hat < {'x' * 60}", "printed": number,
                    "computed": number, "verdict": v, "command": "filippov " + "y" * 90}
                   for v in VERDICTS],
        "figures": [{"file": "wide.svg", "caption": "a wide figure"}],
        "certificates": [{"file": "proof.json", "caption": "a proof"}],
    }


def browse(browser, page, scratch):
    command = [browser, "--headless", "--disable-gpu", "--disable-background-networking",
               "--disable-component-update", "--disable-sync", "--no-first-run", "--window-size=1600,2000", "--virtual-time-budget=5000",
               f"--user-data-dir={scratch / 'profile'}", "--dump-dom", page.as_uri()]
    if os.geteuid() == 0:
        command.insert(1, "--no-sandbox")
    # A browser may fail to start on a busy machine; what it shows does not depend on how often it is asked.
    for _ in range(3):
        try:
            dom = subprocess.run(command, capture_output=True, text=True, timeout=60).stdout
        except subprocess.TimeoutExpired:
            dom = ""
        if dom.count('"width"') == len(WIDTHS):
            break
    return dom


browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
               None)
if browser is None:
    print("no chromium here")
    sys.exit(SKIPPED)

with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
    scratch = pathlib.Path(name)
    (scratch / "wide.svg").write_text(
        '<svg width="960" height="400" viewBox="0 0 960 400" xmlns="http://www.w3.org/2000/svg">'
        '<rect id="r" width="960" height="400" fill="#ccc"/></svg>')
    (scratch / "proof.json").write_text("{}\n")
    groups = ["first", "second"]
    for group in groups:
        (scratch / f"{group}.claims.json").write_text(json.dumps(claims_file(group)))
    subprocess.run([sys.argv[1], scratch, *groups, "not_run"], check=True, stdout=subprocess.DEVNULL)

    report = (scratch / "report.html").read_text()
    (scratch / "probed.html").write_text(report.replace("</body>", PROBE + "</body>"))
    (scratch / "frames.html").write_text(
        FRAME + "".join(f'<iframe src="probed.html" width="{w}" height="900" style="border:0">'
                        "</iframe>" for w in WIDTHS))
    dom = browse(browser, scratch / "frames.html", scratch)

found = re.search(r"<pre>(.*?)</pre>", dom, re.S)
seen = [json.loads(line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
        for line in (found[1].split("\n") if found else []) if line]
problems = []
if sorted(page["width"] for page in seen) != sorted(WIDTHS):
    problems.append(f"expected pages {WIDTHS} wide, the browser answered: {dom[:500]}")
expected = [(claim["claim"], claim["verdict"]) for g in groups for claim in claims_file(g)["claims"]]
for page in seen:
    where = f"{page['width']} pixels wide: "
    if page["overflow"] > 0 or page["wide"]:
        problems.append(where + f"{page['overflow']} pixels too many, {page['wide'][:5]}")
    if [(c.strip(), v.strip()) for c, v in page["claims"]] != expected:
        problems.append(where + f"claims are {page['claims']}")
    if len(page["figures"]) != len(groups) or min(page["figures"], default=0) < 100:
        problems.append(where + f"figures of height {page['figures']}")
    if page["downloads"] != ["proof.json"] * len(groups):
        problems.append(where + f"certificates {page['downloads']}")
print("\n".join(problems) or "as it should be")
sys.exit(bool(problems))
