// Two softmax functions, one of them wrong.
#pragma once

#include <cstddef>

// Rows of a matrix; y may not be x.
void Softmax(const float* x, float* y, std::size_t rows, std::size_t cols);

// The same without the shift by the largest logit: exp overflows from 89 on.
void SoftmaxWithoutShift(const float* x, float* y, std::size_t rows, std::size_t cols);
