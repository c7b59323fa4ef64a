// A Verilated design behind registers (and STREAMS), which a program reaches by lines: `r ADDRESS`, `w ADDRESS VALUE`, and of
// streams `s HEX` (a packet is on its way), `g BYTES` (so much is awaited), `p` (some cycles pass; says whether all was sent,
// and all that was awaited is there), `d` (what came, as HEX), `x` (the DMA engine is stopped).
#include "../../rtl/links/register-host.h"
#include <iostream>
#include <sstream>

struct Server : Host {
#ifdef STREAMS
  Bytes sending, got;
  size_t at = 0, awaited = 0;
  bool ended = true;
  int in_bytes = 1, out_bytes = 1;

  void tick() override {
    top.s_axis_tvalid = at < sending.size();
    if (top.s_axis_tvalid) {
      uint64_t data = 0;
      for (int byte = 0; byte < in_bytes; byte++) data |= uint64_t(sending[at + byte]) << (8 * byte);
      top.s_axis_tdata = data, top.s_axis_tkeep = (1 << in_bytes) - 1, top.s_axis_tlast = at + in_bytes >= sending.size();
    }
    top.m_axis_tready = !ended && below(3) != 0;
    top.eval();
    bool taken = top.s_axis_tvalid && top.s_axis_tready;
    if (top.m_axis_tvalid && top.m_axis_tready) {
      for (int byte = 0; byte < out_bytes; byte++) got.push_back(uint8_t(uint64_t(top.m_axis_tdata) >> (8 * byte)));
      ended = top.m_axis_tlast;
    }
    Host::tick();
    if (taken) at += in_bytes;
  }
#endif
};

int main(int argc, char** argv) {
  Server server;
  server.random.seed(1);
#ifdef STREAMS
  if (argc != 3) return 2;
  server.in_bytes = std::atoi(argv[1]), server.out_bytes = std::atoi(argv[2]);
#else
  (void)argc, (void)argv;
#endif
  server.idle();
  server.reset();
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string what, hex;
    uint32_t address = 0, value = 0;
    words >> what;
    if (what == "r") {
      words >> address;
      std::cout << server.read(address).data << std::endl;
    } else if (what == "w") {
      words >> address >> value;
      std::cout << server.write(address, value) << std::endl;
#ifdef STREAMS
    } else if (what == "s") {
      words >> hex;
      server.sending.clear(), server.at = 0;
      for (size_t i = 0; i + 1 < hex.size(); i += 2) server.sending.push_back(uint8_t(std::stoul(hex.substr(i, 2), nullptr, 16)));
      std::cout << 1 << std::endl;
    } else if (what == "g") {
      words >> server.awaited;
      server.got.clear(), server.ended = false;
      std::cout << 1 << std::endl;
    } else if (what == "p") {
      for (int i = 0; i < 64; i++) server.tick();
      std::cout << (server.at >= server.sending.size() && server.ended) << std::endl;
    } else if (what == "x") {
      server.sending.clear(), server.at = 0, server.ended = true;
      std::cout << 1 << std::endl;
    } else if (what == "d") {
      for (uint8_t byte : server.got) std::cout << "0123456789abcdef"[byte >> 4] << "0123456789abcdef"[byte & 15];
      std::cout << std::endl;
#endif
    } else {
      return 3;
    }
  }
  return 0;
}
