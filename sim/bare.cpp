// bare VECTORS SAMPLES INPUT_BEATS INPUT_BYTES OUTPUT_BEATS OUTPUT_BYTES    bytes of a beat; run in the folder that holds the design's ROM images
//
// What somebody would write to see how fast the Verilated model itself is: no stalls, no comparison, no rules; the
// outputs are kept and folded into one number, so that nothing of the model can be left out.

#include "Vdesign.h"
#include "verilated.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

int main(int argc, char** argv) {
    if (argc != 7) return 2;
    const size_t samples = std::strtoull(argv[2], nullptr, 10);
    const size_t inputBeats = std::strtoull(argv[3], nullptr, 10);
    const size_t inputBytes = std::strtoull(argv[4], nullptr, 10);
    const size_t outputs = samples * std::strtoull(argv[5], nullptr, 10);
    const size_t outputBytes = std::strtoull(argv[6], nullptr, 10);
    const size_t inputs = samples * inputBeats;
    std::vector<uint8_t> vectors(inputs * inputBytes);
    std::vector<uint8_t> results(outputs * outputBytes);
    FILE* file = std::fopen(argv[1], "rb");
    if (file == nullptr || std::fread(vectors.data(), 1, vectors.size(), file) != vectors.size()) return 2;
    std::fclose(file);

    VerilatedContext context;
    Vdesign model(&context);
    const auto beginCycle = [&model] {
        model.aclk = 1;
        model.eval();
        model.aclk = 0;
        model.eval();
    };
    model.eval();
    model.aresetn = 0;
    for (int cycle = 0; cycle < 8; cycle++) beginCycle();
    model.aresetn = 1;
    model.m_axis_tready = 1;
    size_t sent = 0;
    size_t beat = 0;
    size_t received = 0;
    while (received < outputs) {
        if (sent < inputs) std::memcpy(&model.s_axis_tdata, &vectors[sent * inputBytes], inputBytes);
        model.s_axis_tvalid = sent < inputs;
        model.s_axis_tlast = beat + 1 == inputBeats;
        beginCycle();
        if (model.s_axis_tready && sent < inputs) {
            sent++;
            beat = model.s_axis_tlast ? 0 : beat + 1;
        }
        if (model.m_axis_tvalid) {
            std::memcpy(&results[received * outputBytes], &model.m_axis_tdata, outputBytes);
            received++;
        }
    }
    uint32_t sum = 0;
    for (const uint8_t byte : results) sum = sum * 31 + byte;
    std::printf("%u\n", sum);
    return 0;
}
