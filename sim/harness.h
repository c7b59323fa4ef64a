// The harness, apart from the design: it knows ports as bytes in memory, whatever Verilator's types for them are,
// and so is compiled once for all designs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

// One Verilated design. Its ports are read and written in place, as little-endian bytes.
struct Design {
    uint8_t* aclk;
    uint8_t* aresetn;
    uint8_t* inputValid;
    const uint8_t* inputReady;
    uint8_t* inputLast;
    uint8_t* inputData;
    size_t inputCapacity;
    const uint8_t* outputValid;
    uint8_t* outputReady;
    const uint8_t* outputLast;
    const uint8_t* outputData;
    size_t outputCapacity;
    const uint8_t* frameError;

    virtual ~Design() = default;
    virtual void eval() = 0;
    // The rising edge of the clock, then the falling one.
    virtual void cycle() = 0;
    // Whether the design called $finish or $stop.
    virtual bool finished() const = 0;
    // Where a signal made public lies, or null; `scope` such as `TOP.net.u_hidden`.
    virtual const uint8_t* find(const std::string& scope, const std::string& signal) const = 0;
    // Waveforms: only in builds with tracing.
    virtual void openWave(const std::string& file) = 0;
    virtual void dumpWave(uint64_t time) = 0;
    virtual void closeWave() = 0;
};

[[noreturn]] void refuse(const std::string& what);

// Runs the job in the folder and writes result.json there.
void runJob(Design& design, const std::string& folder);
