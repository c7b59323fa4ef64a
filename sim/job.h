// What a job's folder says: job.txt, and the files of bytes beside it.
#pragma once

#include "harness.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

// A file's bytes, which stay where the system has them: a copy takes as long as a tenth of a small design's simulation.
class Bytes {
public:
    // Of so many bytes; 0 for any number.
    Bytes(const std::string& file, size_t wanted) {
        const int handle = open(file.c_str(), O_RDONLY);
        struct stat facts;
        if (handle < 0 || fstat(handle, &facts) != 0) refuse("cannot read " + file);
        size_ = static_cast<size_t>(facts.st_size);
        if (wanted != 0 && size_ != wanted) refuse("wrong size of " + file);
        if (size_ != 0) {
            void* const place = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE | kPopulate, handle, 0);
            if (place == MAP_FAILED) refuse("cannot read " + file);
            bytes_ = static_cast<const uint8_t*>(place);
        }
        close(handle);
    }
    Bytes(Bytes&& other) noexcept : bytes_(other.bytes_), size_(other.size_) { other.bytes_ = nullptr; }
    Bytes(const Bytes&) = delete;
    Bytes& operator=(const Bytes&) = delete;
    ~Bytes() {
        if (bytes_ != nullptr) munmap(const_cast<uint8_t*>(bytes_), size_);
    }

    const uint8_t& operator[](size_t at) const { return bytes_[at]; }
    size_t size() const { return size_; }

private:
#ifdef MAP_POPULATE
    static constexpr int kPopulate = MAP_POPULATE;
#else
    static constexpr int kPopulate = 0;
#endif
    const uint8_t* bytes_ = nullptr;
    size_t size_ = 0;
};

struct TraceFacts {
    std::string scope, signal, valid, ready;
    // Of a beat, and beats of a sample.
    size_t bytes = 0, beats = 1;
};

struct Job {
    std::string folder;
    uint64_t samples = 0;
    // Of a sample, and bytes of each.
    uint64_t inputBeats = 1, outputBeats = 1;
    size_t inputBytes = 0, outputBytes = 0;
    // Beats of samples of a wrong length, in the order in which they are sent, round and round.
    std::vector<uint64_t> wrongLengths;
    // In the beginning.
    uint64_t resetCycles = 0;
    // So many samples first go through an empty pipeline, one at a time: their latency is measured.
    uint64_t isolated = 0;
    // Intervals between the ends of results are measured after so many streamed samples; 0 for never.
    uint64_t warmUp = 0;
    // Without a handshake for so many cycles the design hangs.
    uint64_t watchDog = 0;
    // Cycles to wait at the end (and between isolated samples) for an output that nobody asked for.
    uint64_t drain = 0;
    bool stopAtFirst = false;
    uint64_t waveFrom = 0, waveTo = 0;
    std::vector<TraceFacts> traces;

    static Job read(const std::string& folder) {
        Job job;
        job.folder = folder;
        std::ifstream stream(folder + "/job.txt");
        if (!stream) refuse("cannot read " + folder + "/job.txt");
        std::string key;
        while (stream >> key) job.readFact(key, stream);
        return job;
    }

    std::string file(const std::string& name) const { return folder + "/" + name; }

private:
    void readFact(const std::string& key, std::istream& stream) {
        if (key == "samples") stream >> samples;
        else if (key == "inputBeats") stream >> inputBeats;
        else if (key == "outputBeats") stream >> outputBeats;
        else if (key == "wrongLength") stream >> wrongLengths.emplace_back();
        else if (key == "inputBytes") stream >> inputBytes;
        else if (key == "outputBytes") stream >> outputBytes;
        else if (key == "resetCycles") stream >> resetCycles;
        else if (key == "isolated") stream >> isolated;
        else if (key == "warmUp") stream >> warmUp;
        else if (key == "watchDog") stream >> watchDog;
        else if (key == "drain") stream >> drain;
        else if (key == "stopAtFirst") stream >> stopAtFirst;
        else if (key == "wave") stream >> waveFrom >> waveTo;
        else if (key == "trace") {
            TraceFacts facts;
            stream >> facts.scope >> facts.signal >> facts.valid >> facts.ready >> facts.bytes >> facts.beats;
            traces.push_back(facts);
        } else refuse("unknown fact " + key + " in job.txt");
    }
};
