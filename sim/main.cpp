// simulate JOB_FOLDER SEED    run in the folder that holds the design's ROM images
//
// Ties the harness to the one Verilated design of this build, class Vdesign.

#include "Vdesign.h"
#include "harness.h"
#include "verilated.h"
#include "verilated_syms.h"
#if VM_TRACE
#include "verilated_vcd_c.h"
#endif

#include <cstdlib>

namespace {

template <class Port>
uint8_t* bytesOf(Port& port) {
    return reinterpret_cast<uint8_t*>(&port);
}

class VerilatedDesign final : public Design {
public:
    explicit VerilatedDesign(VerilatedContext& context) : context_(context), model_(&context) {
        aclk = bytesOf(model_.aclk);
        aresetn = bytesOf(model_.aresetn);
        inputValid = bytesOf(model_.s_axis_tvalid);
        inputReady = bytesOf(model_.s_axis_tready);
        inputLast = bytesOf(model_.s_axis_tlast);
        inputData = bytesOf(model_.s_axis_tdata);
        inputCapacity = sizeof model_.s_axis_tdata;
        outputValid = bytesOf(model_.m_axis_tvalid);
        outputReady = bytesOf(model_.m_axis_tready);
        outputLast = bytesOf(model_.m_axis_tlast);
        outputData = bytesOf(model_.m_axis_tdata);
        outputCapacity = sizeof model_.m_axis_tdata;
        frameError = bytesOf(model_.frame_error);
    }

    void eval() override { model_.eval(); }

    void cycle() override {
        model_.aclk = 1;
        model_.eval();
        model_.aclk = 0;
        model_.eval();
    }

    bool finished() const override { return context_.gotFinish(); }

    const uint8_t* find(const std::string& scope, const std::string& signal) const override {
        const VerilatedScope* found = context_.scopeFind(scope.c_str());
        const VerilatedVar* variable = found == nullptr ? nullptr : found->varFind(signal.c_str());
        return variable == nullptr ? nullptr : static_cast<const uint8_t*>(variable->datap());
    }

#if VM_TRACE
    void openWave(const std::string& file) override {
        context_.traceEverOn(true);
        model_.trace(&wave_, 99);
        wave_.open(file.c_str());
    }
    void dumpWave(uint64_t time) override { wave_.dump(time); }
    void closeWave() override { wave_.close(); }
#else
    void openWave(const std::string&) override { refuse("built without tracing"); }
    void dumpWave(uint64_t) override {}
    void closeWave() override {}
#endif

private:
    VerilatedContext& context_;
    Vdesign model_;
#if VM_TRACE
    VerilatedVcdC wave_;
#endif
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) refuse("usage: simulate JOB_FOLDER SEED");
    VerilatedContext context;
    // Registers without a reset start at random, so that a design that relies on zeros is found out.
    context.randReset(2);
    context.randSeed(std::atoi(argv[2]));
    VerilatedDesign design(context);
    runJob(design, argv[1]);
    return 0;
}
