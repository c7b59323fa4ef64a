// A host on the register bus of a Verilated top, AXI4-Lite or (AVALON) Avalon-MM, with whatever pauses the bus allows.
#pragma once
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

struct Answer {
  uint32_t data;
  bool ok;
};

struct Host {
  virtual ~Host() = default;

  Vlink_top top;
  std::mt19937 random;
  uint64_t cycles = 0;

  uint32_t below(uint32_t end) { return random() % end; }

  [[noreturn]] void fail(const std::string& what) {
    std::printf("FAIL %s at cycle %llu\n", what.c_str(), (unsigned long long)cycles);
    std::exit(1);
  }

  void expect(uint64_t got, uint64_t wanted, const std::string& what) {
    if (got != wanted) fail(what + ": got " + std::to_string(got) + ", wanted " + std::to_string(wanted));
  }

  virtual void tick() {
    top.aclk = 0;
    top.eval();
    top.aclk = 1;
    top.eval();
    cycles++;
    // What is offered changes behind the edge.
    top.aclk = 0;
    top.eval();
  }

  void pause() {
    for (int i = below(4) == 0 ? below(6) : 0; i > 0; i--) tick();
  }

  virtual void reset() {
    top.aresetn = 0;
    idle();
    for (int i = 1 + below(3); i > 0; i--) tick();
    top.aresetn = 1;
    top.eval();
  }

#ifdef AVALON
  void idle() { top.avs_read = top.avs_write = 0; }

  bool write(uint32_t address, uint32_t data, int strobes = 15) {
    pause();
    top.avs_address = address, top.avs_writedata = data, top.avs_byteenable = strobes, top.avs_write = 1;
    top.eval();
    if (top.avs_waitrequest) fail("a host has to wait");
    tick();
    top.avs_write = 0;
    top.eval();
    if (!top.avs_writeresponsevalid) fail("a write without an answer");
    return top.avs_response == 0;
  }

  Answer read(uint32_t address) {
    pause();
    top.avs_address = address, top.avs_read = 1;
    top.eval();
    tick();
    top.avs_read = 0;
    top.eval();
    if (!top.avs_readdatavalid) fail("a read without an answer");
    return {top.avs_readdata, top.avs_response == 0};
  }
#else
  void idle() { top.s_axi_awvalid = top.s_axi_wvalid = top.s_axi_arvalid = top.s_axi_bready = top.s_axi_rready = 0; }

  // Offers what is not yet taken, and takes the answer when it likes.
  bool write(uint32_t address, uint32_t data, int strobes = 15) {
    pause();
    bool address_done = false, data_done = false;
    int order = below(3);
    for (int guard = 0; guard < 1000; guard++) {
      if (!address_done && (order != 1 || data_done || below(3) == 0)) top.s_axi_awvalid = 1, top.s_axi_awaddr = address;
      if (!data_done && (order != 2 || address_done || below(3) == 0))
        top.s_axi_wvalid = 1, top.s_axi_wdata = data, top.s_axi_wstrb = strobes;
      top.s_axi_bready = below(2);
      top.eval();
      bool takes_address = top.s_axi_awvalid && top.s_axi_awready, takes_data = top.s_axi_wvalid && top.s_axi_wready;
      bool answered = top.s_axi_bvalid && top.s_axi_bready, ok = top.s_axi_bresp == 0;
      if (top.s_axi_bvalid && !(address_done && data_done)) fail("an answer before its write");
      tick();
      if (takes_address) address_done = true, top.s_axi_awvalid = 0;
      if (takes_data) data_done = true, top.s_axi_wvalid = 0;
      if (answered) {
        top.s_axi_bready = 0;
        top.eval();
        return ok;
      }
    }
    fail("a write without an answer");
  }

  Answer read(uint32_t address) {
    pause();
    top.s_axi_arvalid = 1, top.s_axi_araddr = address;
    for (int guard = 0; guard < 1000; guard++) {
      top.s_axi_rready = below(2);
      top.eval();
      bool taken = top.s_axi_arvalid && top.s_axi_arready, answered = top.s_axi_rvalid && top.s_axi_rready;
      Answer answer = {top.s_axi_rdata, top.s_axi_rresp == 0};
      tick();
      if (taken) top.s_axi_arvalid = 0;
      if (answered) {
        top.s_axi_rready = 0;
        top.eval();
        return answer;
      }
    }
    fail("a read without an answer");
  }
#endif
};
