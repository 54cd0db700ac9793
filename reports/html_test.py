#!/usr/bin/env python3
"""Opens the pages of softmax-verify in headless Chromium.

html_test.py PATH_OF_SOFTMAX_VERIFY PATH_OF_KERNELS [unittest arguments]

Exit status 77: there is no Chromium, and nothing was tested.
"""
import base64
import decimal
import fcntl
import json
import math
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = KERNELS = ""
SKIPPED = 77
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DESKTOP, PHONE = 1280, 390
PAPER = 720  # A4 between its margins
FORMATS = ("f32", "bf16")
MOST_SECONDS = 3  # of work for a page of 100,000 cells
AXE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache",
                   "softmax-verify/axe_playwright_python/axe.min.js")


class Browser:
    """Chromium behind a pair of pipes: the DevTools protocol, messages ending in a zero byte."""

    def __init__(self, program):
        self.profile = tempfile.TemporaryDirectory()
        # Beyond 3 and 4, which the browser reads and writes.
        ours = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for pair in (os.pipe(), os.pipe()) for end in pair]
        def connect():
            os.dup2(ours[0], 3)
            os.dup2(ours[3], 4)
        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
             "--remote-debugging-pipe", f"--user-data-dir={self.profile.name}", "about:blank"],
            preexec_fn=connect, pass_fds=(3, 4), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.out, self.input = ours[1], ours[2]
        self.buffer, self.last, self.session, self.events = b"", 0, None, []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(domain + ".enable")
        self.ask("Performance.enable", timeDomain="threadTicks")

    def close(self):
        self.ask("Browser.close")
        self.process.wait(30)
        self.profile.cleanup()

    def read(self):
        while b"\0" not in self.buffer:
            part = os.read(self.input, 1 << 20)
            if not part:
                raise RuntimeError("the browser is gone")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def ask(self, method, **parameters):
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def run(self, script, *arguments):
        """The value of a function body, its arguments in `a`."""
        answer = self.ask("Runtime.evaluate", expression=f"(a => {{ {FIND} {script} }})({json.dumps(arguments)})",
                          returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description", script))
        return answer["result"].get("value")

    def open(self, path, width=DESKTOP, dark=False):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.ask("Page.navigate", url="about:blank")
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        deadline = time.monotonic() + 60
        while self.run("return document.body && document.body.dataset.ready") != "yes":
            if time.monotonic() > deadline:
                raise RuntimeError(f"{path.name} does not get ready")
            time.sleep(0.02)

    def see_all(self):
        """Scrolls through the page: charts are drawn when they come into view."""
        self.run("""return new Promise(done => {
            let y = 0;
            const step = () => {
              scrollTo(0, y);
              y += 500;
              // Charts hear of it once a frame was drawn, however busy the machine is.
              const next = y < document.documentElement.scrollHeight ? step : () => setTimeout(done, 150);
              requestAnimationFrame(() => requestAnimationFrame(next));
            };
            step(); })""")

    def complaints(self):
        """What went to the console, and what was asked for beyond the page itself."""
        said, asked = [], []
        for event in self.events:
            if event["method"] in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
                said.append(event["params"])
            if event["method"] == "Network.requestWillBeSent":
                asked.append(event["params"]["request"]["url"])
        return said, [url for url in asked[1:] if not url.startswith("data:")]

    def hover(self, x, y):
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def key(self, name):
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=name, code=name)


def shown(value):
    """As report.js writes a number of the record."""
    if not math.isfinite(float(value)):
        return str(float(value)).replace("nan", "NaN")
    if abs(value) < 1e6 and value == int(value):
        return str(int(value))
    with decimal.localcontext(decimal.Context(prec=4, rounding=decimal.ROUND_HALF_UP)):
        rounded = float(+decimal.Decimal(value))
    if abs(value) >= 1e6 or abs(value) < 1e-4:
        digits, exponent = f"{rounded:.3e}".split("e")
        return f"{digits.rstrip('0').rstrip('.')}e{int(exponent):+d}"
    return repr(rounded).removesuffix(".0")


def number(value):
    return float(value) if isinstance(value, str) else value


# For every script: the table that a caption begins like this, the chart of a title, the field or choice of a label.
FIND = """
const all = selector => [...document.querySelectorAll(selector)];
const tableOf = text => all('table').find(t => t.caption && t.caption.textContent.startsWith(text));
const figureOf = title => all('figure').find(f => f.querySelector('h3').textContent === title);
const fieldOf = text => all('label').find(l => l.textContent.startsWith(text)).querySelector('input, select');
"""
# The lines of a table as text; a click on one of its heads.
LINES = "return [...tableOf(a[0]).tBodies[0].rows].map(r => [...r.cells].map(c => c.textContent));"
CLICK = """const head = [...tableOf(a[0]).tHead.rows[0].cells].find(h => h.textContent === a[1]);
           head.querySelector('button').click();
           return head.getAttribute('aria-sort');"""
LENGTH = "Error against the length of the row"
DISTANCE = "Error against the distance from the largest logit"
CELLS = "One line a kernel, target, family and length."


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.out = pathlib.Path(cls.scratch.name) / "out"
        def run(*arguments):
            subprocess.run([PROGRAM, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=cls.scratch.name)
        run("report", "--effort", "quick", "--op", "softmax,logsumexp", "--format", ",".join(FORMATS), "--out", cls.out)
        declaration = "void sv_softmax_f32(const float* x, float* y, size_t rows, size_t cols)"
        run("validate", KERNELS, declaration, "--effort", "quick", "--json", cls.out / "validate.json", "--html",
            cls.out / "validate")
        cls.browser = Browser(next(filter(None, map(shutil.which, BROWSERS))))
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.addClassCleanup(cls.browser.close)
        cls.record = json.loads((cls.out / "softmax-verify-f32.json").read_text())
        cls.at = {name: k for k, name in enumerate(cls.record["columns"])}

    def page(self, name):
        return self.out / name

    def pages(self):
        return [*sorted(self.out.glob("*.html")), self.page("validate/index.html")]

    def spoilt(self, change):
        """The page about f32 with another record."""
        text = self.page("softmax-verify-f32.html").read_text()
        begin = text.index('id="record">') + len('id="record">')
        end = text.index("</script>", begin)
        record = json.loads(text[begin:end])
        change(record)
        path = self.out / "spoilt.htm"
        path.write_text(text[:begin] + json.dumps(record).replace("<", "\\u003c") + text[end:])
        return path

    def test_quiet_whole_and_within_the_window(self):
        self.assertEqual(len(self.pages()), len(FORMATS) + 2)
        for path in self.pages():
            for width in (DESKTOP, PHONE):
                for dark in (False, True):
                    with self.subTest(page=path.name, width=width, dark=dark):
                        self.browser.open(path, width, dark)
                        self.browser.see_all()
                        self.assertEqual(self.browser.complaints(), ([], []))
                        self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), width)
                        drawn = self.browser.run("""return all('canvas').filter(c => !c.closest('[hidden]'))
                            .map(c => Boolean(c.figure.chart()));""")
                        self.assertTrue(all(drawn))
                        self.assertEqual(len(drawn) > 1, path.parent == self.out)

    def test_pages_carry_the_record(self):
        for path in (self.page(f"softmax-verify-{name}") for name in FORMATS):
            self.browser.open(path.with_suffix(".html"))
            inside = self.browser.run("return document.getElementById('record').textContent")
            self.assertEqual(inside, path.with_suffix(".json").read_text())
        self.browser.open(self.page("validate/index.html"))
        inside = self.browser.run("return document.getElementById('record').textContent")
        self.assertEqual(json.loads(inside), json.loads((self.out / "validate.json").read_text()))

    def columns_of(self, cell):
        at = self.at
        names = ["max_ulp", "bound_ulp", "bound_ratio", "p99_ulp", "mean_ulp"]
        return [self.kernel_of(cell) + ".f32", *(str(cell[at[name]]) for name in ("target", "family", "n", "verdict")),
                *(shown(cell[at[name]]) for name in names)]

    def kernel_of(self, cell):
        return f"{cell[self.at['operation']]}.{cell[self.at['algorithm']]}"

    def test_every_cell_is_shown_with_the_numbers_of_the_record(self):
        self.browser.open(self.page("softmax-verify-f32.html"))
        self.browser.run("""const more = tableOf(a[0]).closest('.scroll').parentNode.querySelector('.more');
            while (!more.hidden) more.click();""", CELLS)
        lines = self.browser.run(LINES, CELLS)
        self.assertEqual(len(lines), len(self.record["cells"]))
        for line, cell in zip(lines, self.record["cells"], strict=True):
            self.assertEqual(line[:10], self.columns_of(cell))
            self.assertEqual(line[-3], shown(cell[self.at["sum_deviation_u"]]))
            self.assertEqual(line[-2:], [str(cell[self.at[name]]) for name in ("inversions", "count")])

    def test_a_kernel_has_the_largest_of_its_cells(self):
        at = self.at
        for name in ("softmax-verify-f32.html", "index.html"):
            self.browser.open(self.page(name))
            lines = self.browser.run(LINES, "The worst over" if name != "index.html" else "One line a kernel.")
            kernels = {self.kernel_of(cell) for cell in self.record["cells"]}
            self.assertLessEqual(kernels, {line[0].removesuffix(".f32") for line in lines})
            for line in lines:
                if line[0].removesuffix(".f32") not in kernels:  # of the other format
                    continue
                cells = [cell for cell in self.record["cells"] if line[0].removesuffix(".f32") == self.kernel_of(cell)]
                errors = {True: [], False: []}  # by whether something is promised
                for cell in cells:
                    errors[cell[at["verdict"]] != "UNCLAIMED"].append(cell[at["max_ulp"]])
                largest, unclaimed = (max(errors[promised], key=number, default=None) for promised in (True, False))
                self.assertEqual(re.match(r"[^ ]+", line[1])[0], shown(largest))
                if name != "index.html":
                    self.assertEqual(line[3], "–" if unclaimed is None else shown(unclaimed))
                elif unclaimed is not None and number(unclaimed) > number(largest):
                    self.assertIn(f"({shown(unclaimed)})", line[1])
                if name != "index.html":
                    self.assertEqual(line[2], shown(max((cell[at["bound_ratio"]] for cell in cells), key=number)))
                    self.assertEqual(line[10], str(sum(cell[at["count"]] for cell in cells)))

    def test_charts_show_the_largest_of_their_cells(self):
        at = self.at
        self.browser.open(self.page("softmax-verify-f32.html"))
        self.browser.see_all()
        points = self.browser.run("""const chart = figureOf(a[0]).querySelector('canvas').figure.chart();
            return chart.data.datasets.filter(d => d.of === undefined)
              .flatMap(d => d.points.map(p => [d.label, p.x, String(p.y), String(p.bound)]));""", LENGTH)
        expected = {}
        for cell in self.record["cells"]:
            if cell[at["operation"]] != "softmax":
                continue
            key = cell[at["algorithm"]], cell[at["n"]]
            error, bound = expected.get(key, (0, 0))
            expected[key] = max(error, number(cell[at["max_ulp"]])), max(bound, number(cell[at["bound_ulp"]]))
        found = {(name, n): (float(error), float(bound)) for name, n, error, bound in points}
        self.assertEqual(found, expected)

    def test_sorting(self):
        self.browser.open(self.page("softmax-verify-f32.html"))
        values = sorted((number(cell[self.at["max_ulp"]]) for cell in self.record["cells"]), reverse=True)
        for direction in ("descending", "ascending"):
            self.assertEqual(self.browser.run(CLICK, CELLS, "max ulp"), direction)
            lines = self.browser.run(LINES, CELLS)
            self.assertEqual([line[5] for line in lines], [shown(value) for value in values[:len(lines)]])
            values.reverse()
        self.browser.run(CLICK, CELLS, "family")
        families = [line[2] for line in self.browser.run(LINES, CELLS)]
        self.assertEqual(set(families), {min(cell[self.at["family"]] for cell in self.record["cells"])})

    def test_filtering(self):
        self.browser.open(self.page("softmax-verify-f32.html"))
        self.browser.run("""const field = fieldOf('Filter cells');
            field.value = 'online normal_10 passed';
            field.dispatchEvent(new Event('input'));""")
        lines = self.browser.run(LINES, CELLS)
        wanted = [cell for cell in self.record["cells"] if cell[self.at["algorithm"]] == "online" and
                  cell[self.at["family"]] == "normal_10" and cell[self.at["verdict"]] == "PASSED"]
        self.assertEqual([line[:10] for line in lines], [self.columns_of(cell) for cell in wanted][:len(lines)])
        self.assertEqual(len(lines), min(len(wanted), 50))
        self.assertIn(f"of {len(wanted)} rows shown, {len(self.record['cells'])} without the filter",
                      self.browser.run("return document.body.textContent"))

    def test_choosing_a_target_and_an_operation(self):
        self.browser.open(self.page("softmax-verify-f32.html"))
        self.browser.see_all()
        choose = """const field = fieldOf(a[0]);
            field.value = a[1];
            field.dispatchEvent(new Event('change'));
            return figureOf(a[2]).textContent;"""
        self.assertIn("do not belong to one logit each", self.browser.run(choose, "Operation", "logsumexp", DISTANCE))
        target = self.record["context"]["targets"][-1]
        self.browser.run(choose, "Operation", "softmax", LENGTH)
        self.browser.run(choose, "Target", target, LENGTH)
        rows = self.browser.run("""return figureOf(a[0]).querySelector('canvas').figure.chart().data.datasets
            .flatMap(d => d.points.map(p => p.what));""", LENGTH)
        self.assertTrue(rows)
        self.assertTrue(all(f" on {target}, " in row for row in rows), rows[:3])
        self.assertEqual(self.browser.complaints(), ([], []))

    def readout(self, title):
        return self.browser.run("""const readout = figureOf(a[0]).querySelector('.readout');
            const command = readout.querySelector('pre');
            return [readout.textContent, command && command.textContent];""", title)

    def test_hover_and_keys_show_the_row_and_its_command(self):
        for title in (LENGTH, DISTANCE, "Algorithms side by side"):
            with self.subTest(chart=title):
                self.browser.open(self.page("softmax-verify-f32.html"))
                self.browser.see_all()
                spot = self.browser.run("""const canvas = figureOf(a[0]).querySelector('canvas');
                    canvas.scrollIntoView({block: 'center', behavior: 'instant'});
                    const mark = canvas.figure.chart().getDatasetMeta(0).data[2], box = canvas.getBoundingClientRect();
                    return [box.left + mark.x, box.top + mark.y + 2];""", title)
                self.browser.hover(*spot)
                time.sleep(0.2)
                text, command = self.readout(title)
                self.assertRegex(text, r"on \w+, \w+, n = \d+: .* ulp.*element \d+: got -?(0x|nan|inf).*exact -?0x")
                self.assertRegex(text, "x=-?0x")
                result = subprocess.run([PROGRAM, *shlex.split(command)[1:]], capture_output=True, text=True)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                self.browser.run("figureOf(a[0]).querySelector('canvas').focus()", title)
                for name in ("ArrowRight", "ArrowDown", "ArrowUp", "ArrowRight"):
                    self.browser.key(name)
                again = self.readout(title)
                self.assertNotEqual(again[0], text)
                self.assertIn("softmax-verify check", again[1])
        self.assertEqual(self.browser.complaints(), ([], []))

    def test_lines_and_fields_show_their_rows(self):
        self.browser.open(self.page("softmax-verify-f32.html"))
        text = self.browser.run("""document.querySelector('.heat td button').focus();
            return document.querySelector('.heat').closest('figure').querySelector('.readout').textContent;""")
        self.assertRegex(text, r"ulp, at most .* proved.*softmax-verify check softmax\.three_pass\.f32 --target")
        cell = self.record["cells"][0]
        self.browser.run("tableOf(a[0]).tBodies[0].rows[0].querySelector('button').focus();", CELLS)
        text = self.browser.run("return document.querySelector('[aria-labelledby=cells] .readout').textContent")
        element, got, exact = (cell[self.at["worst_" + name]] for name in ("element", "got", "exact"))
        self.assertIn(f"element {element}: got {got}, exact {exact}", text)

    def test_what_is_no_number_shows_as_such(self):
        at = self.at
        def change(record):
            cells = record["cells"]
            cells[0][at["max_ulp"]] = "inf"
            cells[1][at["mean_ulp"]] = "nan"
            cells[2][at["count"]], cells[2][at["verdict"]] = 0, "SKIPPED"
            cells[3][at["verdict"]], cells[3][at["note"]] = "FAILED", "element 0: <b>9 ulp</b>, proved 1"
        self.browser.open(self.spoilt(change))
        self.browser.see_all()
        lines = self.browser.run(LINES, CELLS)
        self.assertEqual(lines[0][5], "inf")
        self.assertEqual(lines[1][9], "NaN")
        self.assertEqual(lines[2][4:10], ["SKIPPED", "–", "–", "–", "–", "–"])
        failure = self.browser.run("return document.querySelector('article').textContent")
        self.assertIn("element 0: <b>9 ulp</b>, proved 1", failure)
        self.browser.run(CLICK, CELLS, "mean ulp")
        self.assertEqual(self.browser.complaints(), ([], []))
        def empty(record):
            for name in ("cells", "profiles", "rows", "special", "coverage"):
                record[name] = []
            record["verdict"] = "SKIPPED"
        self.browser.open(self.spoilt(empty))
        self.browser.see_all()
        self.assertIn("Nothing was compared.", self.browser.run("return document.querySelector('main').textContent"))
        self.assertEqual(self.browser.complaints(), ([], []))

    def test_a_page_of_100000_cells_opens_at_once(self):
        def grow(record):
            times = 100000 // len(record["cells"]) + 1
            for name in ("cells", "profiles"):
                record[name] = record[name] * times
            more = [{**row, "sample": row["sample"] + 1000 * k} for k in range(1, times) for row in record["rows"]]
            record["rows"] += more
        path = self.spoilt(grow)
        self.browser.open(path)
        metrics = {each["name"]: each["value"] for each in self.browser.ask("Performance.getMetrics")["metrics"]}
        cells = self.browser.run("return JSON.parse(document.getElementById('record').textContent).cells.length")
        self.assertGreaterEqual(cells, 100000)
        print(f"{cells} cells, {path.stat().st_size} bytes: {metrics['TaskDuration']:.2f} s of work", file=sys.stderr)
        self.assertLess(metrics["TaskDuration"], MOST_SECONDS)

    def test_prints(self):
        for name in ("index.html", "softmax-verify-f32.html", "validate/index.html"):
            self.browser.open(self.page(name), dark=True)
            printed = base64.b64decode(self.browser.ask("Page.printToPDF")["data"])
            self.assertTrue(printed.startswith(b"%PDF"))
            self.assertGreater(len(printed), 20000)
            # On paper nothing scrolls: what is wider than the sheet would be lost.
            self.browser.open(self.page(name), PAPER)
            self.browser.ask("Emulation.setEmulatedMedia", media="print")
            self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), PAPER)
            self.assertEqual(self.browser.complaints(), ([], []))

    def test_figures_are_drawn_from_the_json(self):
        program = pathlib.Path(__file__).resolve().parent.parent / "scripts/figures"
        run = subprocess.run([program, self.out, "--out", self.out / "figures"], capture_output=True, text=True)
        if "matplotlib is missing" in run.stderr:
            self.skipTest(run.stderr.strip())
        self.assertEqual(run.returncode, 0, run.stderr)
        charts = [f"{name}-{chart}" for name in FORMATS for chart in ("length", "distance", "distribution", "sum")]
        for stem in (*charts, "formats"):
            path = self.out / "figures" / f"softmax-{stem}"
            self.assertTrue(path.with_suffix(".png").read_bytes().startswith(b"\x89PNG"))
            self.assertIn("three_pass", path.with_suffix(".svg").read_text())
        run = subprocess.run([program, self.out, "--op", "jacobian"], capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stderr.count("\n")), (1, 1))
        self.assertIn("has jacobian", run.stderr)

    def test_axe_and_names(self):
        self.assertTrue(AXE.exists(), f"{AXE} is not there; scripts/setup --with-browser installs it")
        axe = AXE.read_text()
        def found():
            self.browser.ask("Runtime.evaluate", expression=axe)
            return self.browser.run("""return axe.run({resultTypes: ['violations', 'incomplete']}).then(
                result => result.violations.concat(result.incomplete).map(rule => rule.nodes.map(
                    node => rule.id + ': ' + node.html.slice(0, 120) + ' ' + node.failureSummary)).flat());""")
        for path in self.pages():
            for width, dark in ((DESKTOP, False), (DESKTOP, True), (PHONE, False)):
                with self.subTest(page=path.name, width=width, dark=dark):
                    self.browser.open(path, width, dark)
                    self.browser.see_all()
                    self.browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
                    self.assertEqual(found(), [])
                    self.assertEqual(self.browser.run(NAMES), [])
        # It sees what is wrong.
        self.browser.run("""const main = document.querySelector('main');
            main.append(document.createElement('button'));
            main.insertAdjacentHTML('beforeend', '<p style="color: #aaa; background: #fff">pale</p>');""")
        self.assertEqual({finding.split(":")[0] for finding in found()}, {"button-name", "color-contrast"})


# Beyond the rules of axe: charts, figures and sections have names, tables captions and heads.
NAMES = """
const wrong = [];
const textOf = node => node ? node.textContent.trim() : '';
for (const node of document.querySelectorAll('canvas, figure, section')) {
  const ids = (node.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean);
  const name = node.getAttribute('aria-label') || ids.map(id => textOf(document.getElementById(id))).join('') ||
               textOf(node.querySelector('figcaption, h3'));
  if (!name) wrong.push('no name: ' + node.outerHTML.slice(0, 120));
}
for (const node of document.querySelectorAll('table')) {
  if (!node.caption || !node.tHead.querySelector('th[scope=col]')) wrong.push('table: ' + node.outerHTML.slice(0, 120));
}
return wrong;
"""


if __name__ == "__main__":
    if not any(map(shutil.which, BROWSERS)):
        print(f"html_test: skipped, no {' or '.join(BROWSERS)}; scripts/setup installs chromium")
        sys.exit(SKIPPED)
    PROGRAM, KERNELS = (os.path.abspath(path) for path in sys.argv[1:3])
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
