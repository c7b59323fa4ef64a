// A host on the register map of a Verilated top: it writes samples, starts, waits and reads, with whatever pauses the bus
// allows, and in between does what it must not. What it knows of the map it knows by itself.
//
// usage: bench VECTORS EXPECTED CLASSES SAMPLES IN_BEATS IN_BYTES OUT_BEATS OUT_BYTES ADDRESS_WIDTH LATENCY HASH SEED
#include "register-host.h"

int main(int argc, char** argv) {
  if (argc != 13) return 2;
  Bytes vectors = read_file(argv[1]), results = read_file(argv[2]), classes = read_file(argv[3]);
  auto number = [&](int at) { return uint32_t(std::strtoul(argv[at], nullptr, 10)); };
  uint32_t wanted = number(4), in_beats = number(5), in_bytes = number(6), out_beats = number(7), out_bytes = number(8);
  uint32_t width = number(9), latency = number(10);
  std::string hash = argv[11];
  Host bench;
  bench.random.seed(number(12));
  uint32_t inputs = 1u << (width - 2), outputs = 2u << (width - 2);
  uint32_t samples = uint32_t(vectors.size() / (in_beats * in_bytes));
  auto beat_of = [](const Bytes& bytes, size_t at, uint32_t size) {
    uint32_t beat = 0;
    for (uint32_t byte = 0; byte < size; byte++) beat |= uint32_t(bytes[at * size + byte]) << (8 * byte);
    return beat;
  };
  uint32_t done = 0, refused = 0, wrong = 0, resets = 0, told_refused = 0, told_wrong = 0;

  bench.idle();
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
  bench.expect(value(0x20), inputs, "place of the input");
  bench.expect(value(0x24), outputs, "place of the output");

  while (done < wanted) {
    uint32_t sample = bench.below(samples);
    // What must not be done.
    uint32_t wrong_before = wrong;
    for (uint32_t i = bench.below(3); i > 0; i--) {
      uint32_t nowhere[] = {0x4C, inputs - 4, inputs + 4 * in_beats, 3u << (width - 2), outputs};
      uint32_t choice = bench.below(5);
      // One more beat than there is may be the next space's first.
      if (choice == 2 && nowhere[2] >= outputs) continue;
      if (bench.write(nowhere[choice], bench.random())) bench.fail("a write to no register is answered well");
      wrong++;
      if (choice == 4) continue;
      if (bench.read(nowhere[choice]).ok) bench.fail("a read of no register is answered well");
      wrong++;
    }
    if (bench.below(4) == 0) {
      if (bench.write(inputs, bench.random(), 14)) bench.fail("a part of a beat is taken");
      wrong++;
    }
    told_wrong += wrong - wrong_before;
    bool upward = bench.below(2);
    for (uint32_t step = 0; step < in_beats; step++) {
      uint32_t beat = upward ? step : in_beats - 1 - step;
      if (!bench.write(inputs + 4 * beat, beat_of(vectors, sample * in_beats + beat, in_bytes))) bench.fail("a beat is refused");
    }
    bool enabled = bench.below(2);
    if (!bench.write(0x30, enabled)) bench.fail("the interrupt's register");
    bench.expect(value(0x30), enabled, "the interrupt's register");
    command(1);
    if (bench.below(20) == 0) {
      for (uint32_t i = bench.below(latency + 3); i > 0; i--) bench.tick();
      resets++;
      if (bench.below(2)) {
        command(2);
        bench.expect(value(0x2C), 0, "the status behind a reset");
        continue;
      }
      bench.reset();
      bench.expect(value(0x2C), 0, "the status behind a reset");
      refused = wrong = 0;
      bench.expect(value(0x3C), 0, "results behind a reset");
      continue;
    }
    if (bench.below(3) == 0) {
      // It may have come to its end, and begins again then.
      command(1);
      uint32_t after = value(0x40);
      if (after != refused && after != refused + 1) bench.fail("a start is refused more than once");
      told_refused += after - refused;
      refused = after;
    }
    if (bench.below(3) == 0) {
      // While beats go to the design none is written, and afterwards it does not matter.
      if (!bench.write(inputs, beat_of(vectors, sample * in_beats, in_bytes))) refused++, told_refused++;
    }
    for (int guard = 0;; guard++) {
      if (guard > 100000) bench.fail("no result");
      if (enabled && bench.below(2)) {
        bench.tick();
        if (!bench.top.irq) continue;
        bench.expect(value(0x2C) & 2, 2, "an interrupt without a result");
      }
      uint32_t status = value(0x2C);
      if (status & 1) continue;
      bench.expect(status, 2, "the status behind a result");
      break;
    }
    bench.expect(bench.top.irq, enabled, "the interrupt");
    for (uint32_t beat = 0; beat < out_beats; beat++)
      bench.expect(value(outputs + 4 * beat), beat_of(results, sample * out_beats + beat, out_bytes), "beat " + std::to_string(beat) + " of the result");
    bench.expect(value(0x34), classes[sample], "the class");
    bench.expect(value(0x38), latency, "the cycles");
    done++;
    if (!bench.write(0x2C, 2)) bench.fail("the status cannot be cleared");
    bench.expect(value(0x2C), 0, "the status when it is cleared");
    bench.top.eval();
    bench.expect(bench.top.irq, 0, "the interrupt when it is cleared");
    bench.expect(value(0x40), refused, "refusals");
    bench.expect(value(0x44), wrong, "accesses to no register");
    bench.expect(value(0x48), 0, "frames of a wrong length");
  }
  std::printf("results %u refused %u wrong %u resets %u\n", done, told_refused, told_wrong, resets);
  return 0;
}
