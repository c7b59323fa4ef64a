// Presses buttons of a board and prints what its lights and digits show. Usage: Vdemo_top REST KEYS SEED; each character of
// KEYS is a contact: n and p are pressed and released, b goes on or off; r resets, a space waits.
// Every contact bounces, for less than REST cycles. A line is printed at the beginning and behind each character.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "Vdemo_top.h"
#include "verilated.h"

static Vdemo_top top;
static uint32_t state;

static uint32_t randomWord() {
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

static void run(int cycles) {
  for (int cycle = 0; cycle < cycles; cycle++) {
    top.aclk = 0;
    top.eval();
    top.aclk = 1;
    top.eval();
  }
}

static void press(CData &contact, int level, int rest) {
  for (int cycle = 0; cycle < 3 * rest; cycle++) {
    contact = randomWord() & 1;
    run(1 + randomWord() % (rest / 2));
    contact = !level;
    run(1);
  }
  contact = level;
  run(4 * rest);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  const int rest = std::atoi(argv[1]);
  state = std::strtoul(argv[3], nullptr, 10);
  top.aresetn = 1;
  top.next = top.previous = top.by_itself = 0;
  run(20000);
  for (const char *key = argv[2];; key++) {
    std::printf("%x", top.led);
    for (int digit = 0; digit < 8; digit++) std::printf(" %02x", unsigned(top.digits >> (8 * digit)) & 0x7f);
    std::printf("\n");
    if (*key == 0) return 0;
    if (*key == 'n' || *key == 'p') {
      CData &contact = *key == 'n' ? top.next : top.previous;
      press(contact, 1, rest);
      press(contact, 0, rest);
      run(2000);
    } else if (*key == 'b') {
      press(top.by_itself, !top.by_itself, rest);
    } else if (*key == 'r') {
      top.aresetn = 0;
      run(1000);
      top.aresetn = 1;
      run(20000);
    } else {
      run(1000);
    }
  }
}
