// A host on the streams and registers of a Verilated top, AXI4-Stream or (AVALON) Avalon-ST: it sends packets of samples, with
// stalls on both sides, some of them with a byte missing, cut off, or too long, resets in the middle, and looks at every beat
// that comes. What it knows of packets it knows by itself.
//
// usage: bench VECTORS EXPECTED CLASSES PACKETS IN_BEATS IN_BYTES OUT_BEATS OUT_BYTES HASH SEED
#include <deque>
#include "register-host.h"

struct Beat {
  uint64_t data;
  uint32_t keep;   // what stands for it on Avalon-ST: empty, an error, a start that is missing or too many
  bool last;
};

struct Bench : Host {
  uint32_t in_bytes = 1, out_bytes = 1;
  std::deque<Beat> sending, awaited;
  bool offers = false, deaf = false;
  // What stood there in the cycle before, and was not taken.
  bool held = false;
  uint64_t held_data = 0;
  bool held_last = false;
  bool first_in = true, first_out = true;
  uint64_t taken = 0;
  int flaw = 0;

  uint32_t full(uint32_t bytes) const { return uint32_t((uint64_t(1) << bytes) - 1); }

#ifdef AVALON
  bool in_ready() { return top.asi_ready; }
  bool out_valid() { return top.aso_valid; }
  uint64_t out_data() { return top.aso_data; }
  bool out_last() { return top.aso_endofpacket; }
  bool out_whole() { return top.aso_empty == 0 && top.aso_startofpacket == first_out; }
  void listen(bool ready) { top.aso_ready = ready; }
  void offer(const Beat& beat) {
    bool whole = beat.keep == full(in_bytes);
    top.asi_valid = 1, top.asi_data = beat.data, top.asi_endofpacket = beat.last;
    top.asi_startofpacket = first_in, top.asi_empty = top.asi_error = 0;
    if (whole) return;
    if (flaw == 0 && beat.last && in_bytes > 1) top.asi_empty = 1;
    else if (flaw == 1) top.asi_startofpacket = !first_in;
    else top.asi_error = 1;
  }
  void rest() { top.asi_valid = 0; }
#else
  bool in_ready() { return top.s_axis_tready; }
  bool out_valid() { return top.m_axis_tvalid; }
  uint64_t out_data() { return top.m_axis_tdata; }
  bool out_last() { return top.m_axis_tlast; }
  bool out_whole() { return top.m_axis_tkeep == full(out_bytes); }
  void listen(bool ready) { top.m_axis_tready = ready; }
  void offer(const Beat& beat) {
    top.s_axis_tvalid = 1, top.s_axis_tdata = beat.data, top.s_axis_tkeep = beat.keep, top.s_axis_tlast = beat.last;
  }
  void rest() { top.s_axis_tvalid = 0; }
#endif

  void tick() override {
    if (!offers && !sending.empty() && below(4) != 0) offers = true, flaw = below(3);
    if (offers) offer(sending.front());
    else rest();
    bool ready = deaf || below(3) != 0;
    listen(ready);
    top.eval();
    if (held && top.aresetn && !(out_valid() && out_data() == held_data && out_last() == held_last))
      fail("a beat that was offered and not taken is gone");
    held = top.aresetn && out_valid() && !ready;
    held_data = out_data(), held_last = out_last();
    bool taken_in = offers && top.aresetn && in_ready();
    if (out_valid() && ready && top.aresetn) hear();
    Host::tick();
    if (taken_in) {
      first_in = sending.front().last;
      sending.pop_front();
      offers = false;
      taken++;
    }
  }

  void hear() {
    if (!deaf) {
      if (awaited.empty()) fail("a beat that nobody waits for");
      const Beat& wanted = awaited.front();
      expect(out_data(), wanted.data, "a beat of a result");
      expect(out_last(), wanted.last, "the end of a packet");
      if (!out_whole()) fail("a beat that is not whole");
      awaited.pop_front();
    }
    first_out = out_last();
  }

  // What was on its way is gone; a beat that is offered is taken and not looked at.
  void forget() {
    sending.clear(), awaited.clear();
    offers = false, first_in = true;
  }
  void drain() {
    deaf = true;
    for (int i = 0; i < 8; i++) tick();
    deaf = false;
    first_out = true;
  }
  void reset() override {
    forget();
    rest();
    held = false;
    deaf = true;
    Host::reset();
    deaf = false;
    first_out = true;
  }
};

int main(int argc, char** argv) {
  if (argc != 11) return 2;
  Bytes vectors = read_file(argv[1]), results = read_file(argv[2]), classes = read_file(argv[3]);
  auto number = [&](int at) { return uint32_t(std::strtoul(argv[at], nullptr, 10)); };
  uint32_t wanted = number(4), in_beats = number(5), in_bytes = number(6), out_beats = number(7), out_bytes = number(8);
  std::string hash = argv[9];
  Bench bench;
  bench.random.seed(number(10));
  bench.in_bytes = in_bytes, bench.out_bytes = out_bytes;
  uint32_t samples = uint32_t(vectors.size() / (in_beats * in_bytes));
  auto beat_of = [](const Bytes& bytes, size_t at, uint32_t size) {
    uint64_t beat = 0;
    for (uint32_t byte = 0; byte < size; byte++) beat |= uint64_t(bytes[at * size + byte]) << (8 * byte);
    return beat;
  };
  uint32_t packets = 0, results_there = 0, faults = 0, resets = 0;
  uint32_t counted = 0, wrong = 0, refused = 0, told_faults = 0;
  int last_class = -1;

  bench.idle();
  bench.rest();
  bench.reset();
  auto value = [&](uint32_t address) {
    Answer answer = bench.read(address);
    if (!answer.ok) bench.fail("a register that does not answer: " + std::to_string(address));
    return answer.data;
  };
  auto command = [&](uint32_t bits) {
    if (!bench.write(0x28, bits)) bench.fail("a command that is answered with an error");
  };

  bench.expect(value(0x00), 0x4553504C, "identity");
  bench.expect(value(0x04), 1, "version");
  for (uint32_t word = 0; word < 4; word++)
    bench.expect(value(0x08 + 4 * word), std::stoul(hash.substr(8 * word, 8), nullptr, 16), "hash");
  bench.expect(value(0x18), (8 * in_bytes << 24) + in_beats, "shape of the input");
  bench.expect(value(0x1C), (8 * out_bytes << 24) + out_beats, "shape of the output");
  bench.expect(value(0x20), 0, "place of the input");
  bench.expect(value(0x24), 0, "place of the output");

  while (packets < wanted) {
    // A packet, whose fault stands in one of its samples.
    uint32_t count = 1 + bench.below(5);
    int kind = bench.below(3) == 0 ? int(1 + bench.below(3)) : 0;
    uint32_t fault_at = bench.below(count), whole = kind == 0 ? count : fault_at;
    std::vector<Beat> packet;
    std::vector<uint32_t> chosen;
    for (uint32_t i = 0; i < count; i++) {
      uint32_t sample = bench.below(samples);
      chosen.push_back(sample);
      for (uint32_t beat = 0; beat < in_beats; beat++)
        packet.push_back({beat_of(vectors, sample * in_beats + beat, in_bytes), bench.full(in_bytes), false});
    }
    packet.back().last = true;
    if (kind == 1) {
      // A beat lacks a byte.
      Beat& beat = packet[fault_at * in_beats + bench.below(in_beats)];
      beat.keep &= ~(1u << bench.below(in_bytes));
    } else if (kind == 2 && in_beats > 1) {
      // Cut off within a sample.
      packet.resize(fault_at * in_beats + 1 + bench.below(in_beats - 1));
      packet.back().last = true;
    } else if (kind == 3 && in_beats > 1) {
      // More beats than its samples have, less than another sample.
      whole = count;
      packet.back().last = false;
      for (uint32_t i = 1 + bench.below(in_beats - 1); i > 0; i--) packet.push_back({bench.random(), bench.full(in_bytes), i == 1});
    } else {
      kind = 0, whole = count;
    }
    for (const Beat& beat : packet) bench.sending.push_back(beat);
    for (uint32_t i = 0; i < whole; i++)
      for (uint32_t beat = 0; beat < out_beats; beat++)
        bench.awaited.push_back({beat_of(results, chosen[i] * out_beats + beat, out_bytes), 0, i + 1 == whole && beat + 1 == out_beats});
    packets++;
    if (bench.below(12) == 0) {
      for (uint32_t i = bench.below(uint32_t(packet.size()) * 2 + 20); i > 0; i--) bench.tick();
      resets++;
      if (bench.below(2)) {
        // The DMA engine is stopped first.
        bench.forget();
        bench.deaf = true;
        command(2 | 4);
        bench.drain();
      } else {
        bench.reset();
        wrong = refused = 0;
        bench.expect(value(0x30), 0, "the interrupt's register behind a reset");
      }
      counted = told_faults = 0;
      if (bench.below(2)) {
        // What is counted while the reset works stays out of it.
        command(4);
        wrong = refused = 0;
      }
      counted = value(0x3C), told_faults = value(0x48), wrong = value(0x44), refused = value(0x40);
      bench.expect(value(0x2C), 0, "the status behind a reset");
      last_class = -1;
      continue;
    }
    // Packets may follow each other without a pause.
    counted += whole, results_there += whole;
    if (kind != 0) told_faults++, faults++;
    if (whole > 0) last_class = classes[chosen[whole - 1]];
    if (bench.below(3) == 0) continue;
    bool enabled = bench.below(2);
    if (!bench.write(0x30, enabled)) bench.fail("the interrupt's register");
    for (uint64_t guard = 0; !bench.sending.empty() || !bench.awaited.empty(); guard++) {
      if (guard > 200000) bench.fail(bench.sending.empty() ? "no result" : "a beat that is not taken");
      if (bench.below(50) == 0) {
        if (bench.read(0x4C).ok || bench.write(0x20, 0)) bench.fail("an access to no register is answered well");
        wrong += 2;
      }
      if (bench.below(50) == 0) command(1), refused++;
      bench.tick();
    }
    for (int i = 0; i < 4; i++) bench.tick();
    bench.expect(value(0x2C) & 1, 0, "the status when all is out");
    if (whole > 0) {
      bench.expect(value(0x2C), 2, "the status behind a packet");
      bench.expect(bench.top.irq, enabled, "the interrupt");
      if (value(0x38) == 0) bench.fail("a packet that took no time");
      if (!bench.write(0x2C, 2)) bench.fail("the status cannot be cleared");
    }
    if (last_class >= 0) bench.expect(value(0x34), uint32_t(last_class), "the class");
    bench.expect(value(0x3C), counted, "results");
    bench.expect(value(0x40), refused, "refusals");
    bench.expect(value(0x44), wrong, "accesses to no register");
    bench.expect(value(0x48), told_faults, "samples that were dropped");
  }
  std::printf("packets %u results %u faults %u resets %u\n", packets, results_there, faults, resets);
  return 0;
}
