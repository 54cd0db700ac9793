#!/usr/bin/env python3
"""Drives softmax-verify as its users do: cli_test.py PATH_OF_SOFTMAX_VERIFY [unittest arguments]."""

import decimal
import fractions
import html.parser
import json
import math
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

import yaml

PROGRAM = ""
FORMATS = {"f32": (24, -126, 127), "f16": (11, -14, 15), "bf16": (8, -126, 127), "f64": (53, -1022, 1023)}
ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "reports" / "data"


def run(*arguments, stdin="", cwd=None):
    return subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, text=True, cwd=cwd, timeout=600)


def npy(dtype, shape, values, fortran=False):
    """A .npy file, byte by byte."""
    code = {"<f2": "e", "<f4": "f", "<f8": "d", "<i4": "i"}[dtype]
    header = f"{{'descr': '{dtype}', 'fortran_order': {fortran}, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack(
        f"<{len(values)}{code}", *values
    )


def round_to(value, name):
    """A positive fraction rounded to nearest even in the format, as a float."""
    p, emin, _ = FORMATS[name]
    exponent = emin
    while value >= fractions.Fraction(2) ** (exponent + 1):
        exponent += 1
    quantum = fractions.Fraction(2) ** (exponent - p + 1)
    return float(round(value / quantum) * quantum)


def softmax(x):
    """To 60 digits, by another road than the program's: Python's decimal."""
    with decimal.localcontext() as context:
        context.prec = 80
        context.Emin, context.Emax = -(10**6), 10**6
        terms = [decimal.Decimal(value).exp() for value in x]
        total = sum(terms)
        return [term / total for term in terms]


def operations():
    return json.loads(run("list", "operations", "--json").stdout)


def least_target():
    """The last that is listed: SCALAR with g++, EMU128 with clang."""
    return json.loads(run("list", "targets", "--json").stdout)[-1]["name"]


class Case(unittest.TestCase):
    def assert_rejected(self, arguments, *fragments, stdin=""):
        """Exit status 2, one line on standard error that names the matter, nothing on standard output."""
        result = run(*arguments, stdin=stdin)
        self.assertEqual(result.returncode, 2, result)
        self.assertEqual(result.stdout, "")
        self.assertRegex(result.stderr, r"\Asoftmax-verify: [^\n]+\n\Z")
        for fragment in fragments:
            self.assertIn(fragment, result.stderr)


class Help(Case):
    def test_every_command_has_an_example(self):
        for command in ["", "list", "check", "report", "diff", "reference"]:
            result = run(*command.split(), "--help")
            self.assertEqual(result.returncode, 0)
            self.assertIn("Example", result.stdout)
            self.assertIn(f"softmax-verify {command}".strip(), result.stdout)

    def test_version(self):
        self.assertRegex(run("--version").stdout, r"^\d+\.\d+\.\d+\n$")

    def test_wrong_words_are_answered_with_near_ones(self):
        self.assert_rejected([], "--help")
        self.assert_rejected(["chek"], "no command 'chek'", "did you mean check?")
        self.assert_rejected(["check", "--kernle", "x"], "no option '--kernle'", "did you mean --kernel?")
        self.assert_rejected(["list", "laws", "families"], "'families'")


class List(Case):
    def test_every_list_has_entries_in_text_and_json(self):
        for what in ["operations", "kernels", "formats", "laws", "targets", "families"]:
            text = run("list", what)
            self.assertEqual(text.returncode, 0)
            entries = json.loads(run("list", what, "--json").stdout)
            self.assertGreater(len(entries), 0)
            for entry in entries:
                self.assertIn(entry["name"], text.stdout)

    def test_json_before_the_kind(self):
        self.assertEqual(run("list", "--json", "formats").stdout, run("list", "formats", "--json").stdout)

    def test_operations_say_what_they_take(self):
        [softmax] = [entry for entry in operations() if entry["name"] == "softmax"]
        self.assertEqual(softmax["shape"], "x[m,n] -> y[m,n]")
        self.assertEqual(softmax["parameters"], ["scale", "temperature"])
        self.assertIn("exp", softmax["definition"])

    def test_kernels_and_laws_by_operation(self):
        for operation in operations():
            name = operation["name"]
            kernels = json.loads(run("list", "kernels", "--op", name, "--json").stdout)
            self.assertGreater(len(kernels), 0, name)
            self.assertEqual({kernel["operation"] for kernel in kernels}, {name})
            laws = json.loads(run("list", "laws", "--op", name, "--json").stdout)
            self.assertIn("accuracy", [law["name"] for law in laws])
            self.assertEqual({tuple(law["operations"]) for law in laws}, {(name,)})

    def test_unknown_kind(self):
        self.assert_rejected(["list"], "required")
        self.assert_rejected(["list", "things"], "families")
        self.assert_rejected(["list", "kernels", "--op", "softmin"], "unknown operation", "softmax")
        self.assert_rejected(["list", "formats", "--op", "softmax"], "--op", "formats")


class Reference(Case):
    def test_golden_rows(self):
        for arguments, stdin, expected in [
            ([], "0 0", "0x1p-1 0x1p-1\n"),
            ([], "0,0\n7\n-inf 3", "0x1p-1 0x1p-1\n0x1p+0\n0x0p+0 0x1p+0\n"),
            ([], " 0 ,\t0 \r\n", "0x1p-1 0x1p-1\n"),
            (["--format", "bf16"], "1 2", "0x1.14p-2 0x1.76p-1\n"),
            (["--decimal"], "0 0 0 0", "0.25 0.25 0.25 0.25\n"),
            (["--decimal"], "1 2 3", "0.09003057 0.24472848 0.66524094\n"),
            (["--digits", "5"], "0 0 0", "3.3333e-01 3.3333e-01 3.3333e-01\n"),
            (["--scale", "2"], "0.5 1", run("reference", stdin="1 2").stdout),
            (["--temperature", "0.5"], "0.5 1", run("reference", stdin="1 2").stdout),
            ([], "nan 1\ninf 1\n-inf -inf", "nan nan\nnan nan\nnan nan\n"),
            ([], "x=0,0", "0x1p-1 0x1p-1\n"),
            ([], " scale=0x1p+1\tx=0.5,1 \r\n1 2", 2 * run("reference", stdin="1 2").stdout),
            (["--scale", "7"], "x=0.5,1 scale=2", run("reference", stdin="1 2").stdout),
        ]:
            result = run("reference", *arguments, stdin=stdin)
            self.assertEqual((result.stdout, result.stderr, result.returncode), (expected, "", 0), arguments)

    def test_results_are_correctly_rounded(self):
        source = random.Random(1)
        for name in FORMATS:
            rows = [[round(source.uniform(-8, 8) * 16) / 16 for _ in range(source.randint(1, 9))] for _ in range(30)]
            lines = run("reference", "--format", name, stdin="".join(f"{' '.join(map(str, r))}\n" for r in rows)).stdout
            for row, line in zip(rows, lines.splitlines(), strict=True):
                exact = [round_to(fractions.Fraction(y), name) for y in softmax(row)]
                self.assertEqual([float.fromhex(word) for word in line.split()], exact)

    def test_digits_are_those_of_the_exact_value(self):
        words = run("reference", "--digits", "50", stdin="0.5 -1.25 3").stdout.split()
        with decimal.localcontext() as context:
            context.prec = 50
            self.assertEqual([decimal.Decimal(w) for w in words], [+y for y in softmax([0.5, -1.25, 3])])

    def test_json(self):
        [row] = json.loads(run("reference", "--json", stdin="0 0").stdout)
        self.assertEqual(row, {"x": ["0x0p+0", "0x0p+0"], "result": ["0x1p-1", "0x1p-1"]})

    def test_rows_of_a_report_are_read_back(self):
        """For every operation: the row in words has the exact value that the report says."""
        for name in [operation["name"] for operation in operations()]:
            chosen = ["--op", name, "--format", "f32", "--target", least_target()]
            document = json.loads(run("report", "--effort", "quick", *chosen, "--json").stdout)
            rows = {}
            for row in document["rows"]:
                for algorithm in row["algorithms"]:
                    rows[algorithm, row["family"], row["n"], row["sample"]] = row
            cells = [dict(zip(document["columns"], cell)) for cell in document["cells"]]
            random.Random(1).shuffle(cells)
            compared = 0
            for cell in cells:
                row = rows[cell["algorithm"], cell["family"], cell["n"], cell["worst_sample"]]
                if not row["whole"] or not cell["worst_exact"].strip("-").startswith("0x1"):
                    continue
                answer = run("reference", "--op", name, "--digits", "40", stdin=row["row"])
                self.assertEqual((answer.returncode, answer.stdout.count("\n")), (0, 1), answer)
                words = answer.stdout.replace(",", " ").split()
                digits = words[cell["worst_element"]].split("=")[-1]
                if digits.startswith("<"):
                    continue
                significand, exponent = cell["worst_exact"].split("p")
                with decimal.localcontext(decimal.Context(prec=60, Emin=-(10**9), Emax=10**9)):
                    exact = decimal.Decimal(float.fromhex(significand)) * decimal.Decimal(2) ** int(exponent)
                    self.assertLess(abs(decimal.Decimal(digits) - exact), abs(exact) * decimal.Decimal(1e-9), row)
                compared += 1
                if compared == 20:
                    break
            self.assertGreater(compared, 5, name)

    def test_logits_are_rounded_to_the_format(self):
        self.assertEqual(
            run("reference", "--format", "bf16", stdin="1.0001 2").stdout,
            run("reference", "--format", "bf16", stdin="1 2").stdout,
        )

    def test_errors_name_line_and_column(self):
        reject = lambda stdin, *fragments: self.assert_rejected(["reference"], *fragments, stdin=stdin)
        reject("1 2\n3 q 4\n", "line 2, column 3", "'q'")
        reject("1,,2", "line 1, column 3")
        reject(",1", "line 1, column 1")
        reject("1 2,", "line 1, column 5")
        reject("1\n\n2\n", "line 2", "empty")
        reject("", "no rows")
        reject("1 0x1.8p", "'0x1.8p'")
        reject("1 nan(2)", "'nan(2)'")
        reject("x=1,q", "line 1, x, column 3", "'q'")
        reject("1\nx=", "line 2, x is empty")
        reject("1\ndy=1 x=2", "line 2", "'dy'", "x[m,n] -> y[m,n]")
        reject("x=1 2", "line 1", "'2' is no word")
        reject("x=1 x=2", "line 1", "comes twice")
        reject("x=1,2 m=2", "line 1, m", "one by one")
        reject("x=1,2 m=0.5", "line 1", "'0.5'")
        reject("x=1 outputs=lse", "line 1", "'lse'", "softmax")
        reject("x=1 alpha=2", "--alpha", "softmax", "scale, temperature")
        reject("scale=2", "line 1", "x[m,n] -> y[m,n]")

    def test_bad_options(self):
        self.assert_rejected(["reference", "--op", "softmin"], "unknown operation", "softmax", stdin="1")
        self.assert_rejected(["reference", "--format", "f33"], "unknown format", "bf16", stdin="1")
        for value in ["0", "-1", "inf", "nan", "two"]:
            self.assert_rejected(["reference", f"--scale={value}"], "--scale", "positive", stdin="1")
            self.assert_rejected(["reference", f"--temperature={value}"], "--temperature", "positive", stdin="1")
        for name in ["alpha", "label-smoothing", "ignore-index", "reduction", "causal"]:
            self.assert_rejected(["reference", f"--{name}=1"], f"--{name}", "softmax", "scale, temperature", stdin="1")
        self.assert_rejected(["reference", "--statistics", "f33"], "unknown format", stdin="1")
        self.assert_rejected(["reference", "--digits", "0"], "--digits", stdin="1")
        self.assert_rejected(["reference", "--digits", "5", "--decimal"], "--decimal", stdin="1")


class Check(Case):
    def test_kernels_pass(self):
        result = run("check", "softmax.three_pass.*", "--trials", "3")
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn("PASSED      softmax.three_pass.f32", result.stdout)

    def test_same_seed_same_bytes_on_any_number_of_threads(self):
        arguments = ["check", "softmax.online.f16", "--trials", "4", "--json"]
        one = run(*arguments, "--threads", "1")
        self.assertEqual(one.stdout, run(*arguments, "--threads", "2").stdout)
        document = json.loads(one.stdout)
        self.assertEqual(document["verdict"], "PASSED")
        self.assertEqual({law["broken"] for law in document["laws"]}, {0})

    def test_a_row_of_ones_own(self):
        for row in ["--x=-0x1.ff0a3ep+4,-0x1.4p+6", "--x=0.1,-inf,3"]:
            result = run("check", "softmax.three_pass.f32", "--law", "accuracy", row)
            self.assertEqual(result.returncode, 0, result)

    def test_every_operation_passes(self):
        for operation in operations():
            result = run("check", "--op", operation["name"], "--trials", "2", "--target", least_target())
            self.assertEqual(result.returncode, 0, result.stdout)
            self.assertIn(f"PASSED      {operation['name']}.", result.stdout)

    def test_parameters_are_refused_where_they_mean_nothing(self):
        values = {"reduction": "sum", "causal": "top_left", "ignore_index": "0", "label_smoothing": "0.5"}
        for operation in operations():
            for name in ["scale", "temperature", "alpha", "label_smoothing", "ignore_index", "reduction", "causal"]:
                option = f"--{name.replace('_', '-')}={values.get(name, '2')}"
                arguments = ["check", "--op", operation["name"], "--law", "accuracy", "--trials", "1", option]
                if name in operation["parameters"]:
                    self.assertEqual(run(*arguments).returncode, 0, arguments)
                else:
                    self.assert_rejected(arguments, option.split("=")[0], *operation["parameters"])

    def test_rows_of_a_report_and_of_a_file(self):
        for row in [["--family", "normal_10", "--n", "100", "--sample", "3"],
                    ["--input", str(DATA / "digits_logits.npy"), "--sample", "599"]]:
            result = run("check", "softmax.blocked.bf16", "--law", "accuracy", "--trials", "1", *row)
            self.assertEqual(result.returncode, 0, result)
            self.assertIn("1 trials, 0 of them vacuous", result.stdout)

    def test_nothing_compared_is_not_green(self):
        result = run("check", "softmax.naive.f32", "--law", "accuracy", "--x=1000,1000")
        self.assertEqual(result.returncode, 1, result)
        self.assertIn("SKIPPED", result.stdout)

    def test_bad_options(self):
        self.assert_rejected(["check", "softmax.tree_pass.f32"], "did you mean softmax.three_pass.f32")
        self.assert_rejected(["check", "softmax.nothing*"], "softmax-verify list kernels")
        self.assert_rejected(["check", "--target", "AVX9"], "unknown target", "there are")
        self.assert_rejected(["check", "--law", "acuracy"], "did you mean accuracy")
        self.assert_rejected(["check", "--trials", "0"], "--trials")
        self.assert_rejected(["check", "--x=1,b"], "--x, column 3", "'b'")
        self.assert_rejected(["check", "--op", "softmax", "--x="], "--x")
        self.assert_rejected(["check", "--op", "softmax", "--x=1,2", "--m=2"], "--m", "one by one")
        self.assert_rejected(["check", "--op", "softmax", "--m=2"], "--m", "x[m,n] -> y[m,n]")
        self.assert_rejected(["check", "--op", "softmin"], "unknown operation")
        self.assert_rejected(["check", "--x=1", "--family", "normal_1", "--n", "3"], "exclude")
        self.assert_rejected(["check", "--family", "normal_1"], "--n")
        self.assert_rejected(["check", "--family", "norml_1", "--n", "3"], "did you mean normal_1")
        self.assert_rejected(["check", "--input", str(DATA / "digits_logits.npy"), "--sample", "600"], "600 rows")
        unrepresentable = ["check", "softmax.online.f32", "--temperature", "0.1"]
        self.assert_rejected(unrepresentable, "not a value of f32", "0x1.99999ap-4")


class Report(Case):
    SMALL = ["report", "--effort", "quick", "--kernel", "softmax.three_pass.*", "--kernel", "softmax.naive.f16"]

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)

    def test_same_seed_same_bytes_on_any_number_of_threads(self):
        for threads in ["1", "2"]:
            result = run(*self.SMALL, "--threads", threads, "--out", threads, "--seed", "5", cwd=self.scratch)
            self.assertEqual(result.returncode, 0, result.stdout)
            self.assertEqual(result.stderr, "", "progress is for terminals")
        names = sorted(os.listdir(self.scratch / "1"))
        self.assertEqual(names, sorted(os.listdir(self.scratch / "2")))
        self.assertEqual(len(names), 4 * len(FORMATS) + 2)
        for name in names:
            self.assertEqual((self.scratch / "1" / name).read_bytes(), (self.scratch / "2" / name).read_bytes(), name)

    def test_another_seed_other_rows(self):
        arguments = ["report", "--effort", "quick", "--kernel", "softmax.online.f32", "--json"]
        self.assertNotEqual(run(*arguments, "--seed", "1").stdout, run(*arguments, "--seed", "2").stdout)

    def test_the_record_is_the_same_wherever_it_goes(self):
        arguments = ["report", "--effort", "quick", "--kernel", "softmax.online.f32"]
        shown = run(*arguments, "--json").stdout
        run(*arguments, "--json", "there.json", "--out", "out", cwd=self.scratch)
        self.assertEqual((self.scratch / "there.json").read_text(), shown)
        self.assertEqual((self.scratch / "out" / "softmax-verify-f32.json").read_text(), shown)
        document = json.loads(shown)
        cells = [dict(zip(document["columns"], cell, strict=True)) for cell in document["cells"]]
        self.assertEqual({cell["format"] for cell in cells}, {"f32"})
        self.assertEqual(document["verdict"], "PASSED")
        self.assertGreater(sum(cell["count"] for cell in cells), 10000)

    def test_every_worst_row_is_reproduced_by_its_numbers(self):
        for name in [operation["name"] for operation in operations()]:
            chosen = ["--op", name, "--format", "f32", "--target", least_target()]
            document = json.loads(run("report", "--effort", "quick", *chosen, "--json").stdout)
            for row in random.Random(1).sample([row for row in document["rows"] if row["whole"]], 5):
                by_sample = ["--family", row["family"], "--n", str(row["n"]), "--sample", str(row["sample"])]
                words = [word.split("=") for word in row["row"].split()]
                words = [f"--{role.replace('_', '-')}={value}" for role, value in words]
                kernel = f"{name}.{row['algorithms'][0]}.f32"
                base = ["check", kernel, "--target", least_target(), "--law", "accuracy", "--trials", "1", "--json"]
                again = run(*base, *words)
                self.assertIn(again.returncode, [0, 1], again)
                self.assertEqual(run(*base, *by_sample).stdout, again.stdout)

    def test_elements_are_compared(self):
        chosen = ["--format", "bf16,f64", "--kernel", "softmax.online.*", "--target", least_target()]
        result = run("report", "--elements", "300000", *chosen, "--json")
        document = json.loads(result.stdout)
        for name in ["bf16", "f64"]:
            counts = [c[document["columns"].index("count")] for c in document["cells"] if c[2] == name]
            self.assertGreaterEqual(sum(counts), 300000)
            self.assertLess(sum(counts), 600000)

    def test_families_and_lengths_of_ones_choice(self):
        chosen = ["--kernel", "softmax.three_pass.bf16", "--target", least_target(), "--effort", "quick"]
        result = run("report", "--family", "vocabulary,constant", "--n", "32000,3,128256", *chosen, "--json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        document = json.loads(result.stdout)
        family, n = (document["columns"].index(name) for name in ("family", "n"))
        wanted = [[name, length] for name in ("constant", "vocabulary") for length in (3, 32000, 128256)]
        self.assertEqual([[cell[family], cell[n]] for cell in document["cells"]], wanted)
        self.assertEqual(document["context"]["effort"], "quick, family vocabulary constant, n = 32000 3 128256")
        self.assert_rejected(["report", "--family", "vocablary"], "did you mean vocabulary")
        self.assert_rejected(["report", "--family", "specials"], "special rows")
        self.assert_rejected(["report", "--n", "0"], "--n")
        self.assert_rejected(["report", "--op", "jacobian", "--n", "8192"], "8192", "--op")
        self.assertEqual(run("report", "--family", "constant", "--input", "logits.npy").returncode, 2)

    def test_rounding_is_counted(self):
        arguments = ["report", "--rounding", "--elements", "100000", "--op", "softmax", "--json"]
        for threads in ["1", "2"]:
            result = run(*arguments, "--threads", threads, "--out", threads, cwd=self.scratch)
            self.assertEqual(result.returncode, 0, result)
            self.assertEqual((self.scratch / threads / "correct_rounding.json").read_text(), result.stdout)
        for name in ["correct_rounding.json", "correct_rounding.md"]:
            self.assertEqual((self.scratch / "1" / name).read_bytes(), (self.scratch / "2" / name).read_bytes(), name)
        counts = json.loads(result.stdout)["correct_rounding"]
        self.assertEqual([count["kernel"].split(".")[2] for count in counts], list(FORMATS))
        for count in counts:
            self.assertGreaterEqual(count["results"], 100000)
            self.assertGreater(count["subnormal"], 1000)
            self.assertLess(count["zeros"], count["results"] / 2)
            self.assertIn(least_target(), count["wrong"])
            self.assertEqual(set(count["wrong"].values()), {0}, count["first"])

    def test_rounding_is_counted_only_where_it_is_claimed(self):
        result = run("report", "--rounding", "--kernel", "softmax.online.*")
        self.assertEqual(result.returncode, 2)
        self.assertIn("softmax.correctly_rounded", result.stderr)
        self.assertEqual(run("report", "--rounding", "--input", "logits.npy").returncode, 2)

    def test_input_of_every_dtype(self):
        values = [1.5, -2.0, 0.25, 3.0, 1.0009765625, 100.0]
        for dtype in ["<f2", "<f4", "<f8"]:
            path = self.scratch / "logits.npy"
            path.write_bytes(npy(dtype, "(2, 3)", values))
            result = run("report", "--input", str(path), "--kernel", "softmax.online.*", "--json")
            self.assertEqual(result.returncode, 0, result)
            document = json.loads(result.stdout)
            self.assertEqual({cell[4] for cell in document["cells"]}, {"input"})
            self.assertEqual({cell[5] for cell in document["cells"]}, {3})
            changed = {entry["format"]: entry["changed"] for entry in document["input"]}
            self.assertEqual(changed, {"f32": 0, "f16": 0, "bf16": 1, "f64": 0})

    def test_fortran_order_is_the_same_matrix(self):
        records = []
        for name, fortran, values in [("c", False, [1, 2, 3, 4, 5, 6.5]), ("f", True, [1, 4, 2, 5, 3, 6.5])]:
            (self.scratch / name).mkdir()
            (self.scratch / name / "x.npy").write_bytes(npy("<f4", "(2, 3)", values, fortran))
            arguments = ["report", "--input", "x.npy", "--format", "f32", "--json"]
            records.append(run(*arguments, cwd=self.scratch / name).stdout)
        self.assertEqual(*records)

    def test_real_logits(self):
        result = run("report", "--input", str(DATA / "digits_logits.npy"), "--kernel", "softmax.three_pass.*")
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn("bf16: ", result.stdout)

    def test_bad_input_writes_nothing(self):
        inf, nan = math.inf, math.nan
        for content, fragments in [
            (npy("<f4", "(2, 2)", [1, 2, nan, 4]), ["nan at row 1, column 0"]),
            (npy("<f4", "(2, 2)", [1, inf, 3, 4]), ["inf at row 0, column 1"]),
            (npy("<f4", "(2, 2)", [1, 2, -inf, -inf]), ["no finite logit in row 1"]),
            (npy("<f8", "(1, 2)", [1e300, 2]), ["row 0, column 0", "largest"]),
            (npy("<i4", "(1, 2)", [1, 2]), ["'<i4'", "numpy.float32"]),
            (npy("<f4", "(1, 1, 2)", [1, 2]), ["3 dimensions", "reshape"]),
            (npy("<f4", "(0, 2)", []), ["empty"]),
            (npy("<f4", "(2, 2)", [1, 2, 3]), ["truncated"]),
            (npy("<f4", "(2, 2)", [1, 2, 3, 4])[:20], ["truncated"]),
            (b"x = 1, 2, 3", ["not a .npy file"]),
        ]:
            path = self.scratch / "logits.npy"
            path.write_bytes(content)
            out = self.scratch / "out"
            self.assert_rejected(["report", "--input", str(path), "--out", str(out)], str(path), *fragments)
            self.assertFalse(out.exists())
        self.assert_rejected(["report", "--input", "/nowhere.npy"], "/nowhere.npy", "No such file")

    def test_bad_options(self):
        self.assert_rejected(["report", "--effort", "huge"], "quick", "thorough")
        self.assert_rejected(["report", "--format", "f33"], "unknown format", "bf16")
        self.assert_rejected(["report", "--format", "f32", "--kernel", "softmax.*.f16"], "no kernel fits")
        self.assert_rejected(["report", "--elements", "0"], "--elements")
        for value in ["-1", "1.5", "x", "18446744073709551616"]:
            self.assert_rejected(["report", "--seed", value], "--seed", "whole number")
        (self.scratch / "file").write_text("")
        self.assert_rejected([*self.SMALL, "--out", str(self.scratch / "file")], "file")


# One function a line: its name, its declaration, options, and mistakes with a law or finding that each breaks.
KERNELS = [
    ("softmax", "void softmax(const float* x, float* y, size_t rows, size_t cols)", [],
     ("NO_SHIFT", "finite_in_finite_out"), ("ZEROS", "neg_inf_is_zero"), ("OVERREAD", "out_of_bounds_read"),
     ("CRASH", "crash"), ("TAIL", "not_written"), ("EXIT", "exit"), ("MODE", "fp_environment")),
    ("lse", "double lse(const double* x, long n)", ["--op", "logsumexp"], ("LOG", "accuracy")),
    ("masked", "int masked(const uint16_t* x, size_t ldx, const uint8_t* mask, uint16_t* y, size_t ldy, int rows, int cols, "
     "float scale)", ["--dtype", "bf16"], ("FINITE_MASK", "mask_exactness"), ("GAP", "out_of_bounds_write")),
    ("axis", "void axis(float* x, int outer, int axis_len, int inner)", ["--op", "softmax"], ("INNER", "axis")),
]
KERNELS_IN_C = r"""
#include <fenv.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#pragma STDC FENV_ACCESS ON

static void row(const float *x, float *y, size_t n, size_t step) {
  float max = -INFINITY, sum = 0;
  size_t i, end = n;
#ifdef NO_SHIFT
  max = 0;
#else
  for (i = 0; i < n; ++i) max = x[i * step] > max || isnan(x[i * step]) ? x[i * step] : max;
#endif
#ifdef INNER
  if (step > 2 && n > 1) --end;
#endif
#ifdef OVERREAD
  if (step == 1) {
    volatile float sink = x[n];
    (void)sink;
  }
#endif
  for (i = 0; i < n; ++i) y[i * step] = expf(x[i * step] - max);
  for (i = 0; i < end; ++i) sum += y[i * step];
#ifdef TAIL
  if (n % 4 == 3) --n;
#endif
  for (i = 0; i < n; ++i) y[i * step] /= sum;
#ifdef ZEROS
  for (i = 0; i < n; ++i) y[i * step] = -0.0f;
#endif
}

void softmax(const float *x, float *y, size_t rows, size_t cols) {
#ifdef CRASH
  if (cols == 6) *(volatile int *)8 = 1;
#endif
#ifdef EXIT
  if (cols == 6) exit(0);
#endif
#ifdef MODE
  fesetround(FE_UPWARD);
#endif
#ifdef TAIL
  for (size_t r = 0; r < rows; ++r) {
    float copy[70000];
    row(x + r * cols, copy, cols, 1);
    memcpy(y + r * cols, copy, (cols % 4 == 3 ? cols - 1 : cols) * sizeof *y);
  }
#else
  for (size_t r = 0; r < rows; ++r) row(x + r * cols, y + r * cols, cols, 1);
#endif
}

double lse(const double *x, long n) {
  double max = -INFINITY, sum = 0;
  for (long i = 0; i < n; ++i) max = x[i] > max || isnan(x[i]) ? x[i] : max;
  if (isinf(max)) return max;
  for (long i = 0; i < n; ++i) sum += exp(x[i] - max);
#ifdef LOG
  return max + log2(sum);
#else
  return max + log(sum);
#endif
}

static float widen(uint16_t bits) {
  const uint32_t word = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &word, sizeof value);
  return value;
}

static uint16_t narrow(float value) {
  uint32_t word;
  memcpy(&word, &value, sizeof word);
  if (isnan(value)) return (uint16_t)(word >> 16 | 0x40);
  return (uint16_t)((word + 0x7fff + (word >> 16 & 1)) >> 16);
}

int masked(const uint16_t *x, size_t ldx, const uint8_t *mask, uint16_t *y, size_t ldy, int rows, int cols,
           float scale) {
  float *const z = malloc(((size_t)cols + 1) * sizeof *z);
#ifdef FINITE_MASK
  const float out = -1e4f;
#else
  const float out = -INFINITY;
#endif
  for (int r = 0; r < rows; ++r) {
    for (int i = 0; i < cols; ++i) z[i] = mask[i] ? widen(x[i]) * scale : out;
    row(z, z, (size_t)cols, 1);
    for (int i = 0; i < cols; ++i) y[i] = narrow(z[i]);
#ifdef GAP
    if (r + 1 < rows && ldy > (size_t)cols) y[cols] = 0;
#endif
    x += ldx;
    y += ldy;
    mask += cols;
  }
  free(z);
  return 0;
}

void axis(float *x, int outer, int axis_len, int inner) {
  for (long o = 0; o < outer; ++o) {
    for (long i = 0; i < inner; ++i) {
      float *const at = x + o * axis_len * inner + i;
      row(at, at, (size_t)axis_len, (size_t)inner);
    }
  }
}
"""


class Formats(Case):
    CHOSEN = ["formats", "--kernel", "softmax.three_pass.bf16", "--kernel", "softmax.native.bf16", "--kernel",
              "log_softmax.three_pass.bf16", "--seed", "1"]

    def test_same_seed_same_bytes_on_any_number_of_threads(self):
        arguments = [*self.CHOSEN, "--target", least_target(), "--json", "--threads"]
        one, two = run(*arguments, "1"), run(*arguments, "2")
        self.assertEqual((one.returncode, one.stderr), (0, ""))
        self.assertEqual(one.stdout, two.stdout)
        record = json.loads(one.stdout)
        # What arithmetic says: one accumulator of bf16 stops at 256, and from n = 267 on 256 / n is off by more than 10 u.
        sums = record["sums"][0]
        if sums["partial_sums"] == 1:
            self.assertEqual(sums["first_digit_lost_at_n"], 267)
            self.assertEqual(sums["sums"][-1], [131072, 512])
        self.assertEqual(dict(map(tuple, sums["sums"]))[64], 1)
        # e^-93 is the least number of bf16: below that log(softmax) is -inf, whoever computes it.
        composed = [entry for entry in record["logarithms"] if entry["way"].startswith("log(")]
        self.assertEqual([entry["gap"] for entry in composed if entry["smaller"] == "inf"], [96, 128, 256, 1024])
        masks = {(entry["mask"], entry["way"]): entry for entry in record["masks"]}
        self.assertEqual(masks["f32 lowest", "in place"]["value"], "-inf")  # beyond the largest of bf16
        self.assertEqual((masks["-inf", "added"]["safe_to"], masks["-inf", "added"]["empty_most"]), (1.09951e12, "nan"))
        self.assertEqual((masks["lowest", "in place"]["all_safe"], masks["lowest", "in place"]["empty_most"]), (True, 0.0156))
        self.assertEqual((masks["-1e4", "in place"]["safe_to"], masks["-1e4", "in place"]["leak"]), (8192, 1))
        for kernel in record["digits"]:
            self.assertEqual([len(row) for row in kernel["rounding_u"]], [len(record["lengths"])] * len(record["spreads"]))
        self.assertEqual([entry["n"] for entry in record["vocabulary"] if entry["algorithm"] == "native"],
                         [32000, 128256, 256000])

    def test_the_table(self):
        result = run(*self.CHOSEN[:3], "--target", least_target())
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, r"softmax\.three_pass\.bf16 +- +96 \(n = 2\)")
        self.assert_rejected(["formats", "--format", "f8"], "f8")


class Diff(Case):
    CHOSEN = ["report", "--effort", "quick", "--kernel", "softmax.three_pass.f32", "--kernel", "logsumexp.*.bf16"]

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)

    def record(self, name, *arguments):
        path = self.scratch / name
        result = run(*self.CHOSEN, "--target", least_target(), *arguments, "--json", str(path))
        self.assertEqual(result.returncode, 0, result)
        return path

    def test_same_seed_nothing_differs(self):
        result = run("diff", str(self.record("old")), str(self.record("new")))
        self.assertEqual(result.returncode, 0, result)
        self.assertRegex(result.stdout, r"^NOT WORSE: \d+ unchanged\n$")

    def test_other_seeds_are_no_alarm(self):
        records = [self.record(f"seed{seed}", "--seed", str(seed)) for seed in range(4)]
        for old in records:
            for new in records:
                result = run("diff", str(old), str(new), "--json")
                self.assertEqual(result.returncode, 0, result)
                document = json.loads(result.stdout)
                self.assertEqual(document["cells"] + document["special"], [])
                self.assertEqual(document["on_different_rows"] > 0, old != new)

    def test_a_seeded_regression_is_named(self):
        old = self.record("old")
        document = json.loads(old.read_text())
        index = {name: i for i, name in enumerate(document["columns"])}
        cell = random.Random(3).choice(document["cells"])
        cell[index["max_ulp"]] = float(cell[index["max_ulp"]]) + 1
        new = self.scratch / "new"
        new.write_text(json.dumps(document))
        names = {"junit": self.scratch / "x.xml", "markdown": self.scratch / "x.md"}
        result = run("diff", str(old), str(new), "--annotations", *(f"--{k}={path}" for k, path in names.items()))
        self.assertEqual(result.returncode, 1, result)
        kernel = f"{cell[0]}.{cell[1]}.{cell[2]}"
        where = f"WORSE  {kernel}  {cell[3]}  {cell[4]}  n={cell[5]}\n"
        self.assertTrue(result.stdout.startswith(where), result.stdout)
        self.assertRegex(result.stdout.splitlines()[1], r"^ +max_ulp \S+ -> \S+$")
        self.assertRegex(result.stdout, r"\nWORSE: 1 worse, \d+ unchanged\n$")
        self.assertRegex(result.stderr, rf"^::error title={kernel} on {cell[3]}%3A worse::{cell[4]} n={cell[5]}: max_ulp ")
        self.assertIn(f"| `{kernel}` | {cell[3]} |", names["markdown"].read_text())
        suite = xml.etree.ElementTree.parse(names["junit"]).getroot()
        failed = [case for case in suite if case.find("failure") is not None]
        self.assertEqual([(case.get("classname"), case.get("name")) for case in failed], [(kernel, cell[3])])
        self.assertEqual(suite.get("failures"), "1")
        # The other way round it is better.
        self.assertEqual(run("diff", str(new), str(old)).returncode, 0)

    def test_what_cannot_be_right_is_refused(self):
        old, other = self.record("old"), self.record("other", "--temperature", "2", "--op", "softmax")
        self.assert_rejected(["diff", str(old)], "NEW")
        self.assert_rejected(["diff", str(old), "/nowhere"], "cannot read '/nowhere'")
        self.assert_rejected(["diff", str(old), str(other)], "old: none; new: --temperature=0x1p+1")
        self.assert_rejected(["diff", str(old), __file__], "is no JSON")
        checked = self.scratch / "check"
        run("check", "softmax.three_pass.f32", "--trials", "1", "--json", str(checked))
        self.assert_rejected(["diff", str(old), str(checked)], "is no report record", "softmax-verify report --json FILE")


class Baseline(Case):
    """--baseline of report, check and validate: one file, one meaning."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)
        self.file = self.scratch / "baseline.json"
        self.junit = self.scratch / "junit.xml"
        chosen = ["softmax.three_pass.f32", "--target", least_target()]
        self.commands = {
            "report": ["report", "--effort", "quick", "--kernel", *chosen],
            "check": ["check", *chosen, "--trials", "5"],
            "validate": ["validate", os.environ["SV_WILD"], Validate.WILD.format("zeroing"), "--effort", "quick",
                         "--failures", str(self.scratch / "failures")],
        }

    def compare(self, command, *options):
        result = run(*command, "--baseline", str(self.file), "--junit", str(self.junit), "--annotations", *options)
        suite = xml.etree.ElementTree.parse(self.junit).getroot()
        self.assertEqual(result.returncode, 1 if int(suite.get("failures")) > 0 else 0, result)
        self.assertEqual("::error" in result.stderr, result.returncode == 1, result.stderr)
        return result

    def edit(self, change):
        baseline = json.loads(self.file.read_text())
        change(baseline["allowances"])
        self.file.write_text(json.dumps(baseline))

    def test_what_was_written_is_allowed(self):
        for name, command in self.commands.items():
            written = run(*command, "--write-baseline", str(self.file))
            self.assertEqual(written.returncode, 1 if name == "validate" else 0, written)
            result = self.compare(command)
            self.assertEqual(result.returncode, 0, result)
            self.assertRegex(result.stdout, r"\nPASSED by the baseline \S+: \d+ as allowed\n$")
            # A line for nothing that there is.
            self.edit(lambda lines: lines.append({"kernel": "softmax.gone.f32", "what": "normal_1", "verdict": "PASSED"}))
            result = self.compare(command)
            self.assertEqual(result.returncode, 1, result)
            self.assertIn("STALE   softmax.gone.f32  normal_1: is allowed, and this run has nothing of that name", result.stdout)
            self.assert_rejected([*command, "--baseline", str(self.file), "--seed", "77"], "seed '1', and this run is '77'")

    def test_worse_fails_and_better_prints_the_line(self):
        for name in ["report", "validate"]:
            command = self.commands[name]
            run(*command, "--write-baseline", str(self.file))
            line = next(line for line in json.loads(self.file.read_text())["allowances"] if line.get("max_ulp", 0) not in [0, "inf"])

            def allow(lines, by):
                next(other for other in lines if other["what"] == line["what"])["max_ulp"] = line["max_ulp"] + by

            self.edit(lambda lines: allow(lines, -0.001))
            result = self.compare(command)
            self.assertEqual(result.returncode, 1, result)
            self.assertRegex(result.stdout, rf"\nWORSE   {re.escape(line['kernel'])}  .*{re.escape(line['what'])}: max_ulp ")
            self.edit(lambda lines: allow(lines, 1))
            result = self.compare(command)
            self.assertEqual(result.returncode, 0, result)
            printed = re.search(r"\nbetter  .*\n +(\{.*\})\n", result.stdout)
            self.assertEqual(json.loads(printed[1]), line)

    def test_a_failure_that_is_not_allowed_fails(self):
        command = self.commands["validate"]
        run(*command, "--write-baseline", str(self.file))
        self.edit(lambda lines: lines.remove(next(line for line in lines if line["what"] == "softmax.accuracy")))
        result = self.compare(command)
        self.assertEqual(result.returncode, 1, result)
        self.assertIn("WORSE   wild_zeroing_softmax  softmax.accuracy: FAILED, and the baseline does not allow it", result.stdout)

    def test_the_note_keeps_out_of_json(self):
        command = self.commands["check"]
        run(*command, "--write-baseline", str(self.file))
        result = run(*command, "--baseline", str(self.file), "--json")
        json.loads(result.stdout)
        self.assertIn("PASSED by the baseline", result.stderr)

    def test_what_cannot_be_right_is_refused(self):
        self.assert_rejected(["report", "--baseline", "/nowhere"], "cannot read '/nowhere'")
        self.file.write_text("{}")
        self.assert_rejected(["check", "--baseline", str(self.file)], "is no baseline", "--write-baseline")
        self.assert_rejected(["check", "softmax.*", "--x=1,2", "--write-baseline", str(self.file)], "random rows")

    def test_failures_without_a_baseline(self):
        for name in ["report", "check"]:
            result = run(*self.commands[name], "--junit", str(self.junit), "--annotations")
            self.assertRegex(result.stderr, rf"\A::notice title=softmax-verify {name}::\d+ PASSED.*\n\Z")
            suite = xml.etree.ElementTree.parse(self.junit).getroot()
            self.assertEqual((suite.get("name"), suite.get("failures")), (f"softmax-verify {name}", "0"))
            self.assertGreater(int(suite.get("tests")), 10)


class PageChecker(html.parser.HTMLParser):
    """Elements are closed in order; nothing comes from elsewhere; tables have captions and headers that say of what."""

    VOID = {"meta", "br", "hr", "img", "link", "input"}

    def __init__(self):
        super().__init__()
        self.open, self.problems = [], []

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        if tag in ("img", "iframe") or "src" in names or not names.get("href", "#").startswith(("#", "data:")):
            self.problems.append(f"<{tag}> {names}")
        if tag == "th" and names.get("scope") not in ("row", "col"):
            self.problems.append("<th> without scope")
        if self.open[-1:] == ["table"] and tag == "thead":
            self.problems.append("<table> without caption")
        if self.open[-1:] == ["table"] and tag == "caption":
            self.open[-1] = "table with caption"
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop().split()[0] != tag:
            self.problems.append(f"</{tag}>")


class Action(Case):
    """action.yml: its steps are run here as a runner runs them, all but those of others."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.scratch = pathlib.Path(directory.name)
        self.action = yaml.safe_load((ROOT / "action.yml").read_text())
        self.assertEqual(self.action["runs"]["using"], "composite")

    def run_step(self, index, inputs, **environment):
        step = self.action["runs"]["steps"][index]
        self.assertEqual(step["shell"], "bash")
        own = {}
        for name, value in step.get("env", {}).items():
            own[name] = re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: inputs[found[1]], value)
        # No expression in the text of a script: what it says would be run.
        self.assertNotIn("${{", step["run"])
        script = self.scratch / "step.sh"
        script.write_text(step["run"])
        return subprocess.run(["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script], capture_output=True, text=True,
                              cwd=self.scratch, env={**os.environ, **own, **environment}, timeout=600)

    def test_inputs(self):
        self.assertEqual({name: bool(given.get("required")) for name, given in self.action["inputs"].items()},
                         {"library": True, "declaration": True, "arguments": False})
        for given in self.action["inputs"].values():
            self.assertTrue(given["description"])

    def test_builds_or_takes_what_was_built(self):
        action, home, tools = (self.scratch / name for name in ("action", "home", "tools"))
        for folder in (action / "scripts", home, tools):
            folder.mkdir(parents=True)
        log = self.scratch / "log"

        def stub(path, text):
            path.write_text(f"#!/bin/sh\necho {path.name} \"$@\" >>{log}\n{text}\n")
            path.chmod(0o755)

        stub(action / "scripts" / "setup", "")
        stub(tools / "cmake", 'if [ "$1" = --build ]; then mkdir -p build/default/cli build/default/kernels\n'
                              "echo program >build/default/cli/softmax-verify; echo library >build/default/kernels/lib.so; fi")
        environment = {"GITHUB_ACTION_PATH": str(action), "HOME": str(home), "PATH": f"{tools}:{os.environ['PATH']}"}
        output = self.scratch / "output"
        hashes = self.run_step(0, {}, GITHUB_OUTPUT=str(output), **environment)
        self.assertEqual(hashes.returncode, 0, hashes.stderr)
        self.assertRegex(output.read_text(), r"\Ahash=[0-9a-f]{64}\n\Z")
        self.assertEqual(self.action["runs"]["steps"][1]["with"]["path"], "~/.cache/softmax-verify")
        for is_built, commands in [("", ["setup", "cmake", "cmake"]), ("true", ["setup"])]:
            log.write_text("")
            result = self.run_step(2, {}, **dict(environment, IS_BUILT=is_built))
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            self.assertEqual([line.split()[0] for line in log.read_text().splitlines()], commands)
            self.assertEqual((action / "build/default/cli/softmax-verify").read_text(), "program\n")
            self.assertEqual((action / "build/default/kernels/lib.so").read_text(), "library\n")
            shutil.rmtree(action / "build")

    def test_validates(self):
        program = self.scratch / "action/build/default/cli/softmax-verify"
        program.parent.mkdir(parents=True)
        program.symlink_to(PROGRAM)
        inputs = {
            "library": os.environ["SV_WILD"],
            "declaration": "void wild_{}_softmax(const float* logits, float* y, size_t rows, size_t cols)",
            "arguments": "--effort quick --role 'logits=x' --failures \"kept here\"",
        }
        for name, status, level in [("well_behaved", 0, "notice"), ("zeroing", 1, "error")]:
            summary = self.scratch / f"{name}.md"
            given = dict(inputs, declaration=inputs["declaration"].format(name))
            result = self.run_step(3, given, GITHUB_ACTION_PATH=str(self.scratch / "action"), GITHUB_STEP_SUMMARY=str(summary))
            self.assertEqual(result.returncode, status, result.stdout + result.stderr)
            self.assertIn(f"::{level} title=wild_{name}_softmax%3A ", result.stderr)
            self.assertIn(f"`wild_{name}_softmax`", summary.read_text())
        self.assertTrue((self.scratch / "kept here/wild_zeroing_softmax.accuracy.json").exists())
        result = self.run_step(3, dict(inputs, arguments=""), GITHUB_ACTION_PATH=str(self.scratch / "action"))
        self.assertEqual(result.returncode, 2, result.stdout + result.stderr)


class Validate(Case):
    TAME = "void tame_softmax(const float* x, float* y, size_t rows, size_t cols)"
    WILD = "void wild_{}_softmax(const float* x, float* y, size_t rows, size_t cols)"

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.scratch = pathlib.Path(directory.name)

    def validate(self, library, declaration, *options):
        return run("validate", os.environ[library], declaration, "--effort", "quick", *options, cwd=self.scratch)

    def test_a_correct_kernel_passes(self):
        result = self.validate("SV_TAME", self.TAME)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertTrue(result.stdout.endswith("\nPASSED\n"), result.stdout)
        self.assertIn("tightest class that the errors fit", result.stdout)
        self.assertFalse((self.scratch / "softmax-verify-failures").exists())

    def test_same_seed_same_bytes(self):
        documents = [self.validate("SV_TAME", self.TAME, "--json").stdout for _ in range(2)]
        self.assertEqual(documents[0], documents[1])
        document = json.loads(documents[0])
        self.assertEqual(document["verdict"], "PASSED")
        self.assertGreater(document["accuracy"][0]["results"], 1000)

    def test_our_own_kernels_pass(self):
        for declaration, *options in [
            ("void sv_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols)", "--dtype", "bf16"),
            ("int sv_cross_entropy_f32(const float* x, const int64_t* targets, const float* weight, float* loss, "
             "size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, "
             "int reduction)",),
            ("int sv_softmax_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, "
             "double scale)",),
        ]:
            result = self.validate("SV_KERNELS", declaration, *options)
            self.assertEqual(result.returncode, 0, declaration + result.stdout + result.stderr)

    def test_wrong_kernels_fail_and_are_replayed(self):
        for name, kind in [("zeroing", "accuracy"), ("copying", "accuracy"), ("idle", "not_written"),
                           ("null_pointer", "crash"), ("tiring", "not_deterministic")]:
            result = self.validate("SV_WILD", self.WILD.format(name), "--junit", "junit.xml")
            self.assertEqual(result.returncode, 1, name + result.stdout + result.stderr)
            self.assertIn(f"FAILED  {kind}: ", result.stdout)
            self.assertIn("<failure", (self.scratch / "junit.xml").read_text())
            again = [line for line in result.stdout.splitlines() if "again: softmax-verify replay" in line][0]
            file = again.split()[-1]
            replay = run("replay", file, cwd=self.scratch)
            self.assertEqual(replay.returncode, 1, replay.stdout + replay.stderr)
            self.assertIn("FAILED", replay.stdout)

    def build(self, name, source, *options):
        """A shared library of C, as its author builds it."""
        file = self.scratch / f"{name}.c"
        file.write_text(source)
        library = self.scratch / f"{name}.so"
        subprocess.run(["cc", "-std=c99", "-O1", "-shared", "-fPIC", *options, "-o", library, file, "-lm"], check=True)
        return str(library)

    def test_failures_come_as_programs_of_their_own(self):
        """Each program says 1 of the wrong library and 0 of the corrected one; its code is clean, strict C99."""
        for name, declaration, options, *mistakes in KERNELS:
            right = self.build(f"{name}_right", KERNELS_IN_C)
            for mistake, expected in mistakes:
                wrong = self.build(f"{name}_{mistake}", KERNELS_IN_C, f"-D{mistake}")
                folder = self.scratch / mistake
                result = run("validate", wrong, declaration, *options, "--effort", "quick", "--failures", str(folder))
                self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
                programs = sorted(folder.glob("*.c"))
                self.assertIn(folder / f"{name}.{expected}.c", programs, result.stdout)
                self.assertEqual(len(programs), result.stdout.count("        or: cc "), result.stdout)
                for program in programs:
                    with self.subTest(program=f"{mistake}/{program.name}"):
                        show = program.with_suffix("")
                        strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O2"]
                        subprocess.run(["cc", *strict, "-o", show, program, "-ldl", "-lm"], check=True)
                        for library, status, last in [([], 1, "FAILED"), ([right], 0, "PASSED"), (["/nowhere.so"], 2, None)]:
                            shown = subprocess.run([show, *library], capture_output=True, text=True, timeout=60)
                            self.assertEqual(shown.returncode, status, shown.stdout + shown.stderr)
                            if last:
                                self.assertTrue(shown.stdout.splitlines()[-1].startswith(last), shown.stdout)

    def test_a_failure_that_rests_on_earlier_calls_has_no_program_but_the_finding(self):
        folder = self.scratch / "failures"
        result = self.validate("SV_WILD", self.WILD.format("tiring"), "--failures", str(folder))
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertEqual([program.name for program in folder.glob("*.c")], ["wild_tiring_softmax.not_deterministic.c"])

    def test_page(self):
        for name, verdict in [("well_behaved", "PASSED"), ("zeroing", "FAILED")]:
            page = self.scratch / name
            result = self.validate("SV_WILD", self.WILD.format(name), "--html", str(page))
            self.assertEqual(result.returncode, 0 if verdict == "PASSED" else 1, result.stdout + result.stderr)
            text = (page / "index.html").read_text()
            checker = PageChecker()
            checker.feed(text)
            checker.close()
            self.assertEqual(checker.problems, [])
            self.assertEqual(checker.open, [])
            self.assertIn(f'<h1><span class="verdict {verdict}">{verdict}</span> <code>wild_{name}_softmax</code></h1>', text)
            self.assertIn("prefers-color-scheme: dark", text)
            self.assertIn("<h2>Special rows</h2>", text)
            self.assertEqual(verdict == "FAILED", "<h2>What failed</h2>" in text)
            if verdict == "FAILED":
                self.assertIn("softmax-verify replay softmax-verify-failures/wild_zeroing_softmax.accuracy.json", text)

    def test_annotations_and_the_summary_of_the_job(self):
        summary = self.scratch / "summary.md"
        environment = dict(os.environ, GITHUB_STEP_SUMMARY=str(summary))
        for name, level, verdict in [("zeroing", "error", "FAILED"), ("well_behaved", "notice", "PASSED")]:
            summary.write_text("before\n")
            result = subprocess.run(
                [PROGRAM, "validate", os.environ["SV_WILD"], self.WILD.format(name), "--effort", "quick", "--annotations"],
                capture_output=True, text=True, cwd=self.scratch, env=environment, timeout=600)
            self.assertEqual(result.returncode, 0 if verdict == "PASSED" else 1, result.stdout + result.stderr)
            lines = result.stderr.splitlines()
            self.assertEqual(len(lines), max(1, result.stdout.count("FAILED  ")), result.stderr)
            for line in lines:
                self.assertRegex(line, rf"\A::{level} title=wild_{name}_softmax%3A \w+::[^\r\n]+\Z")
                self.assertNotRegex(line, "%(?!25|0A|0D|3A|2C)")
            text = summary.read_text()
            self.assertTrue(text.startswith(f"before\n## {verdict}: `wild_{name}_softmax`\n"), text)
        result = self.validate("SV_WILD", self.WILD.format("zeroing"))
        self.assertEqual(result.stderr, "")

    def test_what_cannot_be_right_is_refused(self):
        for arguments, *fragments in [
            (["/nowhere.so", self.TAME], "cannot load the library '/nowhere.so'"),
            ([os.environ["SV_TAME"], self.WILD.format("x")], "has no symbol 'wild_x_softmax'"),
            ([os.environ["SV_TAME"], "void softmax(const float* a, float* y, int n)"], "--role a=ROLE"),
            ([os.environ["SV_TAME"], self.TAME, "--expect", "colour=blue"], "there is no such key"),
            ([os.environ["SV_TAME"], self.TAME, "--expect", "pos_inf"], "KEY=VALUE"),
            ([os.environ["SV_TAME"], self.TAME, "--accumulation", "kahan"], "no accumulation class"),
            ([os.environ["SV_TAME"], self.TAME, "--effort", "huge"], "quick, normal or thorough"),
            ([os.environ["SV_TAME"], self.TAME, "--dtype", "f64"], "not --dtype f64"),
        ]:
            self.assert_rejected(["validate", *arguments], *fragments)
        self.assert_rejected(["replay", "/nowhere.json"], "cannot read")
        (self.scratch / "none.json").write_text("{}")
        self.assert_rejected(["replay", str(self.scratch / "none.json")], "is no file that")


class Exec(Case):
    DECLARATION = "void softmax(const float* x, float* y, size_t rows, size_t cols)"
    SOFTMAX = f"{sys.executable} {ROOT / 'examples/exec_python/softmax.py'}"
    MISBEHAVING = f"{sys.executable} {ROOT / 'property_tests/zoo/process.py'}"

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.scratch = pathlib.Path(directory.name)

    def validate(self, command, *options):
        return run("validate", "--exec", command, self.DECLARATION, "--effort", "quick", *options, cwd=self.scratch)

    def test_a_correct_kernel_passes_and_what_was_not_checked_is_said(self):
        result = self.validate(self.SOFTMAX, "--junit", "junit.xml")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertTrue(result.stdout.endswith("\nPASSED\n"), result.stdout)
        left_out = ["out_of_bounds_read", "out_of_bounds_write", "input_modified", "fp_environment", "late_write",
                    "two CPUs", "alignment"]
        self.assertIn(f"left out  {', '.join(left_out)}: a process has memory", result.stdout)
        junit = (self.scratch / "junit.xml").read_text()
        for kind in left_out[:5]:
            self.assertIn(f'name="{kind}"><skipped/>', junit)
        document = json.loads(self.validate(self.SOFTMAX, "--json").stdout)
        self.assertEqual(document["request"]["exec"], self.SOFTMAX)
        self.assertEqual(document["verdict"], "PASSED")
        self.assertEqual((document["coverage"]["alignments_modulo_64"], document["coverage"]["cpus"]), ([], []))

    def test_wrong_kernels_fail_and_are_replayed(self):
        for command, kind in [(self.SOFTMAX + " --without-shift", "exception: threw an exception: OverflowError"),
                              (self.MISBEHAVING + " behave", "accuracy: "),
                              (self.MISBEHAVING + " talk", "malformed_reply: wrote 'softmax of 4 numbers"),
                              (self.MISBEHAVING + " crash", "crash: crashed: SIGSEGV")]:
            result = self.validate(command)
            self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
            self.assertIn("FAILED  " + kind, result.stdout)
            lines = result.stdout.splitlines()
            failed = next(i for i, line in enumerate(lines) if line.startswith("FAILED  " + kind))
            again = next(line for line in lines[failed:] if "again: softmax-verify replay" in line)
            replay = run("replay", again.split()[-1], cwd=self.scratch)
            self.assertEqual(replay.returncode, 1, replay.stdout + replay.stderr)
            self.assertIn("FAILED", replay.stdout)

    def test_what_cannot_be_right_is_refused(self):
        for arguments, *fragments in [
            (["--exec", "no-such-program", self.DECLARATION], "cannot start 'no-such-program'"),
            (["--exec", f"{sys.executable} /nowhere/softmax.py", self.DECLARATION], "No such file", "write SOFTMAX1"),
            (["--exec", "true", self.DECLARATION], "ended with status 0"),
            (["--exec", "true", "libmine.so", self.DECLARATION], "--exec takes the place of LIBRARY"),
            (["--exec", "true"], "DECLARATION is missing"),
            (["libmine.so"], "DECLARATION is missing"),
            ([], "LIBRARY is missing"),
        ]:
            self.assert_rejected(["validate", *arguments], *fragments)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
