#!/usr/bin/env python3
"""The page of scripts/benchmark, from times that are known."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHAPES = ("4x1024", "1x4096", "64x1024", "16x4096")
OTHERS = ("1x65536", "1x262144", "262144x64", "16384x1024", "4096x4096", "256x65536", "16x1048576", "4x4194304")


def times(kernel, ns, shapes=SHAPES, operation="softmax", fmt="f32"):
    return [{"operation": operation, "format": fmt, "kernel": kernel, "shape": shape, "ns": ns} for shape in shapes]


class Benchmark(unittest.TestCase):
    def page(self, ours, peer, others=()):
        record = {"schema_version": 2, "context": {"cpu": "a CPU", "system": "a system"}, "target": "AVX3",
                  "seconds": 1, "repetitions": 5, "repetitions_past_l3": 3, "slow": [], "accuracy": {"softmax.three_pass.f32": 3.0},
                  "times": times("softmax.three_pass.f32@AVX3", ours) + times("exp@AVX3", 0.1, ["1x2048"])
                  + times("eigen_softmax_f32", peer) + times("memcpy", 0.05, SHAPES + OTHERS) + list(others)}
        with tempfile.TemporaryDirectory() as out:
            (pathlib.Path(out) / "benchmark.json").write_text(json.dumps(record))
            run = subprocess.run([sys.executable, ROOT / "scripts/benchmark", "--again", "--out", out],
                                 capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn("three_pass", (pathlib.Path(out) / "benchmark.svg").read_text())
            return (pathlib.Path(out) / "benchmark.md").read_text()

    def test_what_is_met(self):
        page = self.page(ours=0.14, peer=0.28)
        self.assertIn("| exponential | 1.5 | 1.40 | met | `softmax.three_pass.f32@AVX3` | 2.80 | `eigen_softmax_f32` |",
                      page)
        self.assertIn("faster than all of them in 4.", page)

    def test_what_is_missed(self):
        page = self.page(ours=0.18, peer=0.09)
        self.assertIn("| 1.80 | **missed by 20 %** | `softmax.three_pass.f32@AVX3` | 0.90 | `eigen_softmax_f32` |", page)
        self.assertIn("in 0; not in:", page)
        self.assertIn("- softmax in f32, 64x1024: `eigen_softmax_f32` takes 0.50 of our time", page)

    def test_what_is_moved_and_exponentials(self):
        def of(operation, fmt, kernel, ns, memcpy):
            return (times(f"{operation}.{kernel}.{fmt}@AVX3", ns, SHAPES, operation, fmt)
                    + times("memcpy", memcpy, SHAPES + OTHERS, operation, fmt)
                    + times("exp@AVX3", 0.1, ["1x2048"], operation, fmt))

        page = self.page(ours=0.14, peer=0.28, others=of("softmax_backward", "f32", "saved", 0.18, 0.1)
                         + of("masked_softmax", "f16", "three_pass", 0.27, 0.2) + of("cross_entropy", "f64", "online", 0.15, 0.1))
        regime = "in cache, rows of 1024 and 4096 | memory or exponential | 1.3"
        self.assertIn(f"| softmax_backward | f32 | {regime} | 1.20 | met | `softmax_backward.saved.f32@AVX3` |", page)
        self.assertIn(f"| masked_softmax | f16 | {regime} | 1.08 | met |", page)  # (2 + 1/2) / 2 of memcpy
        self.assertIn(f"| cross_entropy | f64 | {regime} | 1.50 | **missed by 15 %** |", page)  # an exponential is more
        self.assertIn("masked_softmax: 2 w + 1 bytes, one exponential; softmax_backward: 3 w bytes, no exponential", page)


if __name__ == "__main__":
    unittest.main()
