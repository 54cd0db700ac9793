// OpenCV's dnn module: the Softmax layer, alone in a network.
#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

#include "adapters/adapter.h"

namespace {

int Forward(bool log, const float* x, float* y, std::size_t rows, std::size_t cols) {
  return softmax_verify::adapters::Run([&] {
    if (rows == 0 || cols == 0) return;  // a Mat of no rows is no input
    cv::setNumThreads(1);
    cv::dnn::LayerParams parameters;
    parameters.set("axis", 1);
    parameters.set("log_softmax", log);
    cv::dnn::Net net;
    net.addLayerToPrev("softmax", "Softmax", parameters);
    net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net.setInput(cv::Mat(static_cast<int>(rows), static_cast<int>(cols), CV_32F, const_cast<float*>(x)));
    const cv::Mat result = net.forward();
    CV_Assert(result.isContinuous() && result.total() == rows * cols && result.type() == CV_32F);
    std::copy_n(result.ptr<float>(), rows * cols, y);
  });
}

}  // namespace

extern "C" {

const char* softmax_verify_adapter_library() { return "OpenCV dnn " CV_VERSION; }

int opencv_softmax_f32(const float* x, float* y, size_t rows, size_t cols) { return Forward(false, x, y, rows, cols); }
int opencv_log_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  return Forward(true, x, y, rows, cols);
}

}  // extern "C"
