"""A softmax in Python for `softmax-verify validate --exec`: the standard library alone.

softmax-verify validate --exec 'python3 softmax.py' 'void softmax(const float* x, float* y, size_t rows, size_t cols)'
"""
import array
import math
import sys

import frames


def softmax(x, y, rows, cols):
    for r in range(rows):
        row = x[r * cols:(r + 1) * cols]
        largest = max(row)
        if any(math.isnan(value) for value in row) or math.isinf(largest):
            weights = [math.nan] * cols  # exp of inf - inf
        else:
            weights = [math.exp(value - largest) for value in row]
        total = math.fsum(weights)
        y[r * cols:(r + 1) * cols] = array.array("f", (weight / total for weight in weights))


def softmax_without_shift(x, y, rows, cols):
    for r in range(rows):
        weights = [math.exp(value) for value in x[r * cols:(r + 1) * cols]]
        total = math.fsum(weights)
        y[r * cols:(r + 1) * cols] = array.array("f", (weight / total for weight in weights))


frames.serve(softmax_without_shift if "--without-shift" in sys.argv else softmax)
