// Arm NN: the Softmax and LogSoftmax layers of its reference backend, CpuRef, alone in a network. A network is built
// and loaded for a shape, as its users do, and kept until another one is asked for.
#include <armnn/ArmNN.hpp>
#include <stdexcept>
#include <string>
#include <tuple>

#include "adapters/adapter.h"

namespace {

using armnn::DataType;

enum class Layer { softmax, log_softmax };

class Network {
 public:
  void Run(Layer layer, DataType type, const void* x, void* y, std::size_t rows, std::size_t cols) {
    const auto shape = std::tuple(layer, type, rows, cols);
    if (!loaded_ || shape != shape_) Load(layer, type, rows, cols);
    shape_ = shape;
    const armnn::TensorInfo info = Info(type, rows, cols);
    const armnn::InputTensors inputs{{0, armnn::ConstTensor(info, x)}};
    const armnn::OutputTensors outputs{{0, armnn::Tensor(info, y)}};
    Require(runtime_->EnqueueWorkload(id_, inputs, outputs) == armnn::Status::Success);
  }

 private:
  static void Require(bool good) {
    if (!good) throw std::runtime_error("Arm NN");
  }
  static armnn::TensorInfo Info(DataType type, std::size_t rows, std::size_t cols) {
    return {armnn::TensorShape{static_cast<unsigned>(rows), static_cast<unsigned>(cols)}, type};
  }

  void Load(Layer layer, DataType type, std::size_t rows, std::size_t cols) {
    if (loaded_) runtime_->UnloadNetwork(id_);
    loaded_ = false;
    const armnn::INetworkPtr network = armnn::INetwork::Create();
    armnn::IConnectableLayer* const input = network->AddInputLayer(0);
    armnn::IConnectableLayer* middle = nullptr;
    if (layer == Layer::softmax) {
      armnn::SoftmaxDescriptor descriptor;
      descriptor.m_Beta = 1;
      descriptor.m_Axis = 1;
      middle = network->AddSoftmaxLayer(descriptor);
    } else {
      armnn::LogSoftmaxDescriptor descriptor;
      descriptor.m_Beta = 1;
      descriptor.m_Axis = 1;
      middle = network->AddLogSoftmaxLayer(descriptor);
    }
    armnn::IConnectableLayer* const output = network->AddOutputLayer(0);
    input->GetOutputSlot(0).Connect(middle->GetInputSlot(0));
    middle->GetOutputSlot(0).Connect(output->GetInputSlot(0));
    input->GetOutputSlot(0).SetTensorInfo(Info(type, rows, cols));
    middle->GetOutputSlot(0).SetTensorInfo(Info(type, rows, cols));
    armnn::IOptimizedNetworkPtr optimized =
        armnn::Optimize(*network, {armnn::Compute::CpuRef}, runtime_->GetDeviceSpec());
    Require(optimized != nullptr);
    Require(runtime_->LoadNetwork(id_, std::move(optimized)) == armnn::Status::Success);
    loaded_ = true;
  }

  armnn::IRuntimePtr runtime_ = armnn::IRuntime::Create(armnn::IRuntime::CreationOptions());
  armnn::NetworkId id_ = 0;
  bool loaded_ = false;
  std::tuple<Layer, DataType, std::size_t, std::size_t> shape_;
};

int Forward(Layer layer, DataType type, const void* x, void* y, std::size_t rows, std::size_t cols) {
  return softmax_verify::adapters::Run([&] {
    if (rows == 0 || cols == 0) return;  // not a shape of Arm NN
    static Network network;
    network.Run(layer, type, x, y, rows, cols);
  });
}

}  // namespace

extern "C" {

const char* softmax_verify_adapter_library() { return "Arm NN " ARMNN_VERSION " CpuRef"; }

int armnn_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  return Forward(Layer::softmax, DataType::Float32, x, y, rows, cols);
}
// validate: --dtype f16
int armnn_softmax_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  return Forward(Layer::softmax, DataType::Float16, x, y, rows, cols);
}
// validate: --dtype bf16
int armnn_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  return Forward(Layer::softmax, DataType::BFloat16, x, y, rows, cols);
}
int armnn_log_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  return Forward(Layer::log_softmax, DataType::Float32, x, y, rows, cols);
}
// validate: --dtype f16
int armnn_log_softmax_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  return Forward(Layer::log_softmax, DataType::Float16, x, y, rows, cols);
}
// validate: --dtype bf16
int armnn_log_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  return Forward(Layer::log_softmax, DataType::BFloat16, x, y, rows, cols);
}

}  // extern "C"
