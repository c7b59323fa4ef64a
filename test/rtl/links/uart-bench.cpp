// A host on the serial line of a Verilated link_top: it sends every sample once, then good frames and, in between, all that a
// line can bring, and
// looks at every answer. What it knows of the line and of the frames it knows by itself.
//
// usage: bench VECTORS EXPECTED IDENTITY IN_BYTES OUT_BYTES DIVIDER TIMEOUT GARBAGE SEED RESETS
//
// RESETS: 1 where aresetn does something.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>
#include "Vlink_top.h"
#include "verilated.h"

using Bytes = std::vector<uint8_t>;

static Bytes read_file(const char* name) {
  std::ifstream file(name, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

// Bit by bit, as the polynomial is written.
static uint16_t crc_of(const Bytes& bytes) {
  uint16_t crc = 0xFFFF;
  for (uint8_t byte : bytes)
    for (int bit = 7; bit >= 0; bit--) {
      bool out = ((crc >> 15) ^ (byte >> bit)) & 1;
      crc = uint16_t(crc << 1) ^ (out ? 0x1021 : 0);
    }
  return crc;
}

struct Bench {
  Vlink_top top;
  int divider, in_bytes, out_bytes, timeout;
  std::mt19937 random;
  uint64_t cycles = 0;

  // The host's receiver.
  int level = 1, phase = -1;
  uint8_t byte = 0;
  Bytes answer;

  // A frame that waits for its answer.
  struct Open {
    bool waiting = false;
    uint8_t sequence = 0, status = 0;
    Bytes expected;
    bool is(uint8_t number) const { return waiting && number == sequence; }
  };
  Open first;
  // One that was sent while another was in work: an answer or a refusal is right.
  Open second;

  uint64_t good = 0, answered = 0, told_who = 0, negative[5] = {}, garbage = 0, told = 0;

  [[noreturn]] void fail(const std::string& what) {
    std::printf("FAIL %s at cycle %llu\n", what.c_str(), (unsigned long long)cycles);
    std::exit(1);
  }

  void tick(int rxd) {
    top.rxd_i = rxd;
    top.aclk = 0;
    top.eval();
    top.aclk = 1;
    top.eval();
    cycles++;
    listen(top.txd_o);
  }

  void listen(int txd) {
    if (phase < 0) {
      if (level == 1 && txd == 0) phase = 0;
    } else if (++phase % divider == divider / 2) {
      int bit = phase / divider;
      if (bit == 0 && txd != 0) fail("an answer's start bit that is none");
      if (bit >= 1 && bit <= 8) byte = uint8_t((byte >> 1) | (txd << 7));
      if (bit == 9) {
        if (txd != 1) fail("an answer's stop bit that is none");
        phase = -1;
        hear(byte);
      }
    }
    level = txd;
  }

  void hear(uint8_t heard) {
    answer.push_back(heard);
    if (answer[0] != 0xC3 || (answer.size() > 1 && answer[1] != 0x3C)) fail("an answer that begins with other bytes");
    if (answer.size() < 4) return;
    size_t payload = answer[3] == 0 ? out_bytes : answer[3] == 5 ? 13 : 2;
    if (answer.size() < 4 + payload + 2) return;
    if (crc_of(Bytes(answer.begin() + 2, answer.end())) != 0) fail("an answer with a wrong CRC");
    judge(answer[2], answer[3], Bytes(answer.begin() + 4, answer.end() - 2));
    answer.clear();
  }

  void judge(uint8_t number, uint8_t status, const Bytes& payload) {
    if (status > 5) fail("an answer of an unknown status");
    if (status != 0 && status != 5) {
      negative[status]++;
      uint64_t count = payload[0] | payload[1] << 8;
      if (count < told) fail("a number of bad frames that has become smaller");
      told = count;
      if (status == 4 && second.is(number)) second.waiting = false;
    } else if (first.is(number)) {
      hear_answer(first, status, payload);
    } else if (second.is(number)) {
      hear_answer(second, status, payload);
    } else {
      fail("an answer that nobody waits for");
    }
  }

  void hear_answer(Open& frame, uint8_t status, const Bytes& payload) {
    if (status != frame.status || payload != frame.expected) fail("a wrong answer");
    frame.waiting = false;
    (status == 0 ? answered : told_who)++;
  }

  void hold(int rxd, int count) {
    for (int i = 0; i < count; i++) tick(rxd);
  }
  void silence(int bits) { hold(1, bits * divider); }
  int below(int limit) { return int(random() % uint32_t(limit)); }

  void send(uint8_t value, bool stop = true) {
    hold(0, divider);
    for (int bit = 0; bit < 8; bit++) hold((value >> bit) & 1, divider);
    hold(stop, divider);
    if (!stop) silence(2);
    if (below(8) == 0) hold(1, below(3 * divider));
  }
  void send(const Bytes& bytes) {
    for (uint8_t value : bytes) send(value);
  }

  Bytes frame_of(uint8_t number, const Bytes& payload) {
    Bytes body = {number, uint8_t(payload.size()), uint8_t(payload.size() >> 8)};
    body.insert(body.end(), payload.begin(), payload.end());
    uint16_t crc = crc_of(body);
    Bytes frame = {0xA5, 0x5A};
    frame.insert(frame.end(), body.begin(), body.end());
    frame.push_back(uint8_t(crc >> 8));
    frame.push_back(uint8_t(crc));
    return frame;
  }

  void noise(int count) {
    for (int i = 0; i < count; i++) send(uint8_t(random()), below(40) != 0);
    garbage += count;
  }

  // What is on a line beside good frames.
  void trouble(const Bytes& payload) {
    Bytes frame = frame_of(uint8_t(random()), payload);
    switch (below(7)) {
      case 0:  // one bit of a frame turned
        frame[2 + below(int(frame.size()) - 2)] ^= uint8_t(1 << below(8));
        send(frame);
        break;
      case 1:  // a frame that is cut off
        frame.resize(2 + below(int(frame.size()) - 2));
        send(frame);
        hold(1, timeout + 4 * divider);
        break;
      case 2: {  // the frame of another network
        Bytes longer = payload;
        longer.push_back(uint8_t(random()));
        send(frame_of(uint8_t(random()), longer));
        break;
      }
      case 3:  // the beginning of a beginning
        send(0xA5);
        if (below(2)) send(0x5A);
        if (below(2)) send(0xA5);
        break;
      case 4:  // spikes
        for (int i = below(4); i >= 0; i--) {
          hold(0, 1 + below(divider / 2 - 2));
          silence(1);
        }
        break;
      case 5:  // a line that is held at 0
        hold(0, (5 + below(40)) * divider);
        silence(10);
        break;
      default:
        noise(1 + below(300));
    }
  }

  void reset(int count) {
    phase = -1;
    level = 1;
    top.aresetn = 0;
    hold(1, count);
    top.aresetn = 1;
    answer.clear();
    first.waiting = second.waiting = false;
    told = 0;
    silence(12);
  }

  void wait_for_answers(bool noisy) {
    uint64_t limit = cycles + 400 * 10 * uint64_t(divider);
    while (first.waiting || second.waiting) {
      if (cycles > limit) fail(first.waiting ? "a good frame without an answer" : "a second frame without an answer");
      if (noisy && below(3) == 0) noise(1);
      tick(1);
    }
    hold(1, below(20 * divider));
  }
};

int main(int argc, char** argv) {
  if (argc != 11) return 2;
  Bytes vectors = read_file(argv[1]), results = read_file(argv[2]), identity = read_file(argv[3]);
  Bench bench;
  bench.in_bytes = std::atoi(argv[4]);
  bench.out_bytes = std::atoi(argv[5]);
  bench.divider = std::atoi(argv[6]);
  bench.timeout = std::atoi(argv[7]);
  uint64_t wanted = std::strtoull(argv[8], nullptr, 10);
  bench.random.seed(uint32_t(std::atoi(argv[9])));
  bool resets = std::atoi(argv[10]);
  size_t samples = vectors.size() / bench.in_bytes;
  auto payload = [&](size_t at) {
    return Bytes(vectors.begin() + at * bench.in_bytes, vectors.begin() + (at + 1) * bench.in_bytes);
  };
  auto result = [&](size_t at) {
    return Bytes(results.begin() + at * bench.out_bytes, results.begin() + (at + 1) * bench.out_bytes);
  };
  // Sends a sample, or asks who is there, and notes what must come.
  auto send = [&](Bench::Open& frame, uint8_t number, size_t at) {
    bool asks = bench.below(6) == 0;
    frame = {true, number, uint8_t(asks ? 5 : 0), asks ? identity : result(at)};
    bench.send(bench.frame_of(number, asks ? Bytes() : payload(at)));
  };
  uint8_t number = 0;
  bench.reset(5);
  // Every sample once, in turn.
  for (size_t at = 0; at < samples; at++) {
    bench.first = {true, ++number, 0, result(at)};
    bench.send(bench.frame_of(number, payload(at)));
    bench.good++;
    bench.wait_for_answers(false);
  }
  while (bench.garbage < wanted) {
    size_t one = bench.random() % samples, other = bench.random() % samples;
    for (int i = bench.below(3); i > 0; i--) bench.trouble(payload(other));
    if (resets && bench.below(200) == 0) {
      send(bench.first, 1, one);
      bench.hold(1, bench.below(60 * bench.divider));
      bench.reset(1 + bench.below(3));
      continue;
    }
    send(bench.first, ++number, one);
    bench.good++;
    if (bench.below(4) == 0) send(bench.second, uint8_t(number + 100), other);
    bench.wait_for_answers(bench.below(2) == 0);
  }
  std::printf("good %llu answered %llu identity %llu garbage %llu negative %llu %llu %llu %llu\n",
              (unsigned long long)bench.good, (unsigned long long)bench.answered, (unsigned long long)bench.told_who,
              (unsigned long long)bench.garbage, (unsigned long long)bench.negative[1],
              (unsigned long long)bench.negative[2], (unsigned long long)bench.negative[3],
              (unsigned long long)bench.negative[4]);
  return 0;
}
