// A Verilated link_top behind a pseudo-terminal: what a host writes there goes over the serial line bit by bit, and what the
// board says comes back. Of LOSS in a million bytes each way one is lost or has a bit turned. Ends when its input does.
//
// usage: board DIVIDER LOSS SEED; its first line of output is the terminal's name
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <random>
#include "Vlink_top.h"
#include "verilated.h"

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  int divider = std::atoi(argv[1]), loss = std::atoi(argv[2]);
  std::mt19937 random(uint32_t(std::atoi(argv[3])));
  int line = posix_openpt(O_RDWR | O_NOCTTY);
  if (line < 0 || grantpt(line) != 0 || unlockpt(line) != 0) return 3;
  // Held open, so that hosts may come and go.
  int held = open(ptsname(line), O_RDWR | O_NOCTTY);
  termios raw;
  tcgetattr(held, &raw);
  cfmakeraw(&raw);
  tcsetattr(held, TCSANOW, &raw);
  fcntl(line, F_SETFL, O_NONBLOCK);
  std::printf("%s\n", ptsname(line));
  std::fflush(stdout);

  Vlink_top top;
  auto tick = [&] {
    top.aclk = 0, top.eval();
    top.aclk = 1, top.eval();
  };
  top.aresetn = 0, top.rxd_i = 1;
  for (int i = 0; i < 4; i++) tick();
  top.aresetn = 1;

  std::deque<uint8_t> waiting;
  int sent_bit = -1, sent_phase = 0, level = 1, phase = -1;
  uint8_t sending = 0, receiving = 0;
  // A byte as the line leaves it; whether it arrives.
  auto spoilt = [&](uint8_t& byte) {
    if (int(random() % 1000000) >= loss) return true;
    byte ^= uint8_t(1u << random() % 8);
    return random() % 2 == 0;
  };
  for (uint64_t idle = 0;;) {
    if (waiting.empty() && sent_bit < 0) {
      pollfd ends[2] = {{line, POLLIN, 0}, {0, POLLIN | POLLHUP, 0}};
      poll(ends, 2, idle > 40u * unsigned(divider) ? 1 : 0);
      char end;
      if (ends[1].revents && read(0, &end, 1) <= 0) return 0;
      uint8_t bytes[256];
      ssize_t count = ends[0].revents & POLLIN ? read(line, bytes, sizeof bytes) : 0;
      for (ssize_t i = 0; i < count; i++) {
        uint8_t byte = bytes[i];
        if (spoilt(byte)) waiting.push_back(byte);
      }
    }
    for (int i = 0; i < 10 * divider; i++) {
      if (sent_bit < 0 && !waiting.empty()) sending = waiting.front(), waiting.pop_front(), sent_bit = 0, sent_phase = 0;
      if (sent_bit >= 0) {
        top.rxd_i = sent_bit == 0 ? 0 : sent_bit == 9 ? 1 : (sending >> (sent_bit - 1)) & 1;
        if (++sent_phase == divider) sent_phase = 0, sent_bit = sent_bit == 9 ? -1 : sent_bit + 1;
      }
      tick();
      idle++;
      if (phase < 0) {
        if (level && !top.txd_o) phase = 0, idle = 0;
      } else if (++phase % divider == divider / 2) {
        int bit = phase / divider;
        if (bit >= 1 && bit <= 8) receiving = uint8_t(receiving >> 1 | top.txd_o << 7);
        if (bit == 9) {
          uint8_t byte = receiving;
          if (spoilt(byte) && write(line, &byte, 1) != 1) return 4;
          phase = -1;
        }
      }
      level = top.txd_o;
      if (sent_bit >= 0) idle = 0;
    }
  }
}
