// Drives any emitted design and compares every output bit with the expected one.
//
// JOB_FOLDER/job.txt states the facts (see Job); vectors.bin and expected.bin hold one beat after the other, traceN.bin
// one sample after the other, each a bus as little-endian bytes; stalls.bin has one byte per cycle, used round and
// round: bit 0 lets the input be offered, bit 1 makes the output ready, with bit 3 only after it was seen valid; bit 2
// holds the design in reset, with tvalid and tready as bits 0 and 1, until every sample has gone in; bit 4 changes the
// input's data while none are offered; bit 5, where a sample would begin, sends one of a wrong length instead.
// What happened goes to JOB_FOLDER/result.json.

#include "harness.h"
#include "job.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <vector>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "buses are compared as little-endian bytes");

namespace {

// What a byte of stalls.bin says of its cycle.
constexpr uint8_t kOffer = 1, kReady = 2, kReset = 4, kPatient = 8, kChange = 16, kWrong = 32;

std::string hex(const uint8_t* bytes, size_t count) {
    std::string text;
    char digits[3];
    for (size_t i = 0; i < count; i++) {
        std::snprintf(digits, sizeof digits, "%02x", bytes[i]);
        text += digits;
    }
    return text;
}

// The least and the greatest of what was seen.
struct Range {
    uint64_t least = UINT64_MAX;
    uint64_t greatest = 0;

    void add(uint64_t value) {
        least = std::min(least, value);
        greatest = std::max(greatest, value);
    }
    std::string json() const {
        if (least > greatest) return "null";
        return "{\"least\":" + std::to_string(least) + ",\"greatest\":" + std::to_string(greatest) + "}";
    }
};

// A bus inside the design, and what it must carry.
struct Trace {
    const uint8_t* signal;
    const uint8_t* valid;
    const uint8_t* ready;
    size_t bytes;
    size_t beats;
    Bytes expected;
    // Beats.
    uint64_t seen = 0;

    Trace(const Design& design, const Job& job, size_t index)
        : expected(job.file("trace" + std::to_string(index) + ".bin"),
                   job.samples * job.traces[index].beats * job.traces[index].bytes) {
        const TraceFacts& facts = job.traces[index];
        signal = find(design, facts, facts.signal);
        valid = find(design, facts, facts.valid);
        ready = find(design, facts, facts.ready);
        bytes = facts.bytes;
        beats = facts.beats;
    }

private:
    static const uint8_t* find(const Design& design, const TraceFacts& facts, const std::string& name) {
        const uint8_t* found = design.find(facts.scope, name);
        if (found == nullptr) refuse("the design has no signal " + facts.scope + "." + name);
        return found;
    }
};

struct Failure {
    std::string kind;
    uint64_t sample = 0;
    uint64_t cycle = 0;
    int trace = -1;
    std::string got;
};

class Harness {
public:
    Harness(Design& design, const Job& job)
        : job_(job), design_(design),
          vectors_(job.file("vectors.bin"), job.samples * job.inputBeats * job.inputBytes),
          expected_(job.file("expected.bin"), job.samples * job.outputBeats * job.outputBytes),
          stalls_(job.file("stalls.bin"), 0), sentAt_(new uint64_t[job.samples]) {
        if (design.inputCapacity < job.inputBytes || design.outputCapacity < job.outputBytes) {
            refuse("the stream ports are narrower than the manifest says");
        }
        for (size_t index = 0; index < job.traces.size(); index++) traces_.emplace_back(design, job, index);
        held_.resize(job.outputBytes);
        junk_.resize(job.inputBytes);
        result_.resize(job.outputBeats * job.outputBytes);
        if (job.waveTo > 0) design.openWave(job.file("wave.vcd"));
    }

    void run() {
        reset();
        uint64_t lastProgress = cycle_;
        uint64_t end = UINT64_MAX;
        size_t at = 0;
        while (cycle_ < end && !stopped_) {
            const uint8_t stall = stalls_[at];
            if (++at == stalls_.size()) at = 0;
            if ((stall & kReset) && sent_ < job_.samples) resetStep(stall);
            else if (step(stall)) lastProgress = cycle_;
            if (end == UINT64_MAX && received_ == job_.samples) end = cycle_ + job_.drain;
            if (end == UINT64_MAX && cycle_ - lastProgress > job_.watchDog) fail("timeout", received_);
            if (design_.finished()) fail("finish", received_);
        }
        checkTraceCounts();
        if (job_.waveTo > 0) design_.closeWave();
        writeResult();
    }

private:
    const Job& job_;
    Design& design_;
    Bytes vectors_, expected_, stalls_;
    std::vector<Trace> traces_;
    // When each sample's first beat went in, as far as they are sent.
    std::unique_ptr<uint64_t[]> sentAt_;
    std::vector<uint8_t> held_, junk_, result_;
    bool offering_ = false, isJunk_ = false, holding_ = false, heldLast_ = false, stopped_ = false, inReset_ = false;
    // Whether a beat of the result that comes out differs.
    bool isWrong_ = false;
    // Samples that went in and came out whole; `received_` counts the dropped ones too.
    uint64_t sent_ = 0, received_ = 0;
    // Beats of the sample that goes in, and of the result that comes out.
    uint64_t beatIn_ = 0, beatOut_ = 0;
    // Beats of the sample that goes in: inputBeats, or a wrong number; how many such were begun, and went in.
    uint64_t length_ = 0, wrongBegun_ = 0, wrong_ = 0;
    uint64_t dropped_ = 0, resets_ = 0, differing_ = 0, cycle_ = 0, receivedAt_ = 0, idleUntil_ = 0;
    Range latency_, interval_;
    std::vector<Failure> failures_;

    void setClock(bool clock) {
        *design_.aclk = clock;
        design_.eval();
    }

    // Begins a cycle: the rising edge, after which the design sees the inputs as they were set; then the falling edge.
    void beginCycle() {
        if (cycle_ >= job_.waveTo || cycle_ < job_.waveFrom) {
            design_.cycle();
            return;
        }
        for (const bool clock : {true, false}) {
            setClock(clock);
            design_.dumpWave(cycle_ * 10 + (clock ? 0 : 5));
        }
    }

    void reset() {
        *design_.aresetn = 0;
        *design_.inputValid = 0;
        *design_.outputReady = 0;
        setClock(false);
        for (uint64_t count = 0; count < job_.resetCycles; count++, cycle_++) {
            beginCycle();
            if (count > 0 && count == job_.resetCycles - 1 && *design_.outputValid) fail("validInReset", 0);
            if (design_.finished()) {
                // Verilator's library ends the program when a design ends the simulation again.
                fail("finish", 0);
                return;
            }
        }
        *design_.aresetn = 1;
    }

    // One clock cycle of a reset in mid-run, the streams at any level; what was in flight is dropped.
    void resetStep(uint8_t stall) {
        const bool begins = !inReset_;
        if (begins) {
            resets_++;
            dropped_ += sent_ - received_;
            received_ = sent_;
            for (Trace& trace : traces_) trace.seen = sent_ * trace.beats;
            offering_ = holding_ = false;
            beatIn_ = beatOut_ = 0;
            isWrong_ = false;
            inReset_ = true;
            *design_.aresetn = 0;
        }
        driveJunk();
        *design_.inputValid = (stall & kOffer) != 0;
        *design_.outputReady = (stall & kReady) != 0;
        beginCycle();
        if (!begins && *design_.outputValid) fail("validInReset", received_);
        cycle_++;
    }

    void endReset() {
        inReset_ = false;
        *design_.aresetn = 1;
        *design_.inputValid = 0;
    }

    // One clock cycle; whether a handshake happened on either stream.
    bool step(uint8_t stall) {
        if (inReset_) endReset();
        if (!offering_) {
            if ((stall & kOffer) && sent_ < job_.samples && cycle_ >= idleUntil_) offer(stall);
            else if (!isJunk_ || (stall & kChange)) driveJunk();
        }
        const bool ready = (stall & kReady) && (!(stall & kPatient) || holding_);
        *design_.outputReady = ready;
        beginCycle();
        const bool sends = offering_ && *design_.inputReady;
        const bool gets = *design_.outputValid && ready;
        if (holding_) checkHeld();
        // A sample of a wrong length is said with the beat that shows it.
        const bool isError = sends && length_ != job_.inputBeats && beatIn_ + 1 == std::min(length_, job_.inputBeats);
        if (*design_.frameError != isError) fail("frameError", sent_);
        if (sends) noteSent();
        // The layers before the output: the first difference is where it arises.
        for (Trace& trace : traces_) checkTrace(trace);
        if (gets) receive();
        holding_ = *design_.outputValid && !ready;
        if (holding_) hold();
        cycle_++;
        if (sends) {
            offering_ = false;
            *design_.inputValid = 0;
        }
        return sends || gets;
    }

    void offer(uint8_t stall) {
        if (beatIn_ == 0) {
            const bool isWrong = (stall & kWrong) && !job_.wrongLengths.empty();
            length_ = isWrong ? job_.wrongLengths[wrongBegun_++ % job_.wrongLengths.size()] : job_.inputBeats;
        }
        if (length_ == job_.inputBeats) {
            std::memcpy(design_.inputData, beatBytes(sent_ * job_.inputBeats + beatIn_), job_.inputBytes);
            isJunk_ = false;
        } else {
            driveJunk();
        }
        *design_.inputLast = beatIn_ + 1 == length_;
        *design_.inputValid = 1;
        offering_ = true;
    }

    const uint8_t* beatBytes(uint64_t beat) const { return &vectors_[beat * job_.inputBytes]; }

    void noteSent() {
        if (length_ == job_.inputBeats && beatIn_ == 0) sentAt_[sent_] = cycle_;
        if (++beatIn_ < length_) return;
        beatIn_ = 0;
        if (length_ != job_.inputBeats) {
            wrong_++;
            return;
        }
        sent_++;
        if (sent_ <= job_.isolated) idleUntil_ = UINT64_MAX;
    }

    // While none is offered the bus carries something else than the last beat, which a design must not read.
    void driveJunk() {
        const uint64_t next = sent_ * job_.inputBeats + beatIn_;
        const uint8_t* last = beatBytes(next == 0 ? 0 : std::min(next, job_.samples * job_.inputBeats) - 1);
        for (size_t i = 0; i < junk_.size(); i++) junk_[i] = static_cast<uint8_t>(~last[i] ^ cycle_);
        std::memcpy(design_.inputData, junk_.data(), junk_.size());
        *design_.inputLast = junk_[0] & 1;
        isJunk_ = true;
    }

    void receive() {
        if (received_ >= sent_) {
            fail("surplus", received_);
            return;
        }
        const bool isLast = beatOut_ + 1 == job_.outputBeats;
        if (*design_.outputLast != isLast) {
            fail("last", received_);
            return;
        }
        compareBeat();
        if (!isLast) {
            beatOut_++;
            return;
        }
        beatOut_ = 0;
        if (received_ < job_.isolated) {
            latency_.add(cycle_ - sentAt_[received_]);
            idleUntil_ = cycle_ + 1 + job_.drain;
        }
        if (job_.warmUp > 0 && received_ > job_.isolated + job_.warmUp) interval_.add(cycle_ - receivedAt_);
        receivedAt_ = cycle_;
        if (isWrong_) {
            isWrong_ = false;
            differing_++;
            differ("output", received_, -1, hex(result_.data(), result_.size()));
        }
        received_++;
    }

    // From the first beat that differs on, `result_` is the sample's result; its beats before that one are as expected.
    void compareBeat() {
        const size_t at = beatOut_ * job_.outputBytes;
        const uint8_t* expected = &expected_[received_ * result_.size()];
        if (!isWrong_ && std::memcmp(design_.outputData, expected + at, job_.outputBytes) == 0) return;
        if (!isWrong_) std::memcpy(result_.data(), expected, at);
        isWrong_ = true;
        std::memcpy(&result_[at], design_.outputData, job_.outputBytes);
    }

    void hold() {
        std::memcpy(held_.data(), design_.outputData, job_.outputBytes);
        heldLast_ = *design_.outputLast;
    }

    void checkHeld() {
        if (!*design_.outputValid) fail("validDropped", received_);
        else if (*design_.outputLast != heldLast_ ||
                 std::memcmp(design_.outputData, held_.data(), job_.outputBytes) != 0) {
            fail("dataChanged", received_);
        }
    }

    void checkTrace(Trace& trace) {
        if (!*trace.valid || !*trace.ready) return;
        const int index = static_cast<int>(&trace - traces_.data());
        const uint64_t sample = trace.seen / trace.beats;
        if (sample >= job_.samples) {
            fail("surplus", sample, index);
            return;
        }
        const uint8_t* expected = &trace.expected[trace.seen * trace.bytes];
        if (std::memcmp(trace.signal, expected, trace.bytes) != 0) {
            // The others are as they should be, or not yet there.
            const uint8_t* first = &trace.expected[sample * trace.beats * trace.bytes];
            const size_t before = expected - first;
            differ("layer", sample, index,
                   hex(first, before) + hex(trace.signal, trace.bytes) +
                       hex(expected + trace.bytes, (trace.beats - 1) * trace.bytes - before));
        }
        trace.seen++;
    }

    // A layer of which nobody saw a sample was not compared.
    void checkTraceCounts() {
        if (stopped_) return;
        for (Trace& trace : traces_) {
            if (trace.seen == job_.samples * trace.beats) continue;
            fail("missing", trace.seen / trace.beats, static_cast<int>(&trace - traces_.data()));
        }
    }

    // A wrong value: the run goes on, to count the samples that differ.
    void differ(const std::string& kind, uint64_t sample, int trace, const std::string& got) {
        if (failures_.empty()) failures_.push_back({kind, sample, cycle_, trace, got});
        if (job_.stopAtFirst) stopped_ = true;
    }

    // A broken rule: nothing that follows means anything.
    void fail(const std::string& kind, uint64_t sample, int trace = -1) {
        if (failures_.empty()) failures_.push_back({kind, sample, cycle_, trace, ""});
        stopped_ = true;
    }

    void writeResult() const {
        std::ofstream out(job_.file("result.json"));
        out << "{\"samples\":" << received_ - dropped_ << ",\"cycles\":" << cycle_ << ",\"resets\":" << resets_
            << ",\"dropped\":" << dropped_ << ",\"wrongLengths\":" << wrong_ << ",\"differing\":" << differing_ << ",\"latency\":" << latency_.json() << ",\"interval\":" << interval_.json() << ",\"failure\":";
        if (failures_.empty()) {
            out << "null}\n";
            return;
        }
        const Failure& failure = failures_.front();
        const uint64_t sent = failure.sample < sent_ ? sentAt_[failure.sample] : failure.cycle;
        out << "{\"kind\":\"" << failure.kind << "\",\"sample\":" << failure.sample << ",\"cycle\":" << failure.cycle
            << ",\"sentAt\":" << sent << ",\"trace\":" << failure.trace << ",\"got\":\"" << failure.got << "\"}}\n";
        if (!out) refuse("cannot write the result");
    }
};

}  // namespace

void refuse(const std::string& what) {
    std::fprintf(stderr, "harness: %s\n", what.c_str());
    std::exit(2);
}

void runJob(Design& design, const std::string& folder) {
    const Job job = Job::read(folder);
    Harness(design, job).run();
}
