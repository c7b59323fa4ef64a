"""Test of tiny with cocotb 2: its vectors as fast as they go, and with pauses on both streams.

`make sim SIM=cocotb` in the folder above runs it. A runner of your own needs the sources of ../rtl, the top module tiny, and
the macro ESPALIER_ROM_DIR defined as the path of ../rtl, a string with a slash at its end.
"""

# Made by espalier 0.0.0: espalier compile test/samples/serial-3-2-1/network.json

import random
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ReadOnly, RisingEdge, with_timeout

VECTORS = 73
INPUT_BEATS = 1
OUTPUT_BEATS = 1
PATIENCE = 1288  # clock cycles from one result to the next
PERIOD = 10  # of the simulator's steps: the design has no time scale
FOLDER = Path(__file__).parent


def read_beats(name, beats):
    """A list of beats for each vector; the last word of a file is a mark."""
    words = [int(line, 16) for line in (FOLDER / name).read_text().split()]
    assert len(words) == VECTORS * beats + 1, f"{name}: {len(words)} words"
    return [words[at : at + beats] for at in range(0, VECTORS * beats, beats)]


async def reset(dut):
    dut.aresetn.value = 0
    dut.s_axis_tvalid.value = 0
    dut.s_axis_tlast.value = 0
    dut.s_axis_tdata.value = 0
    dut.m_axis_tready.value = 0
    cocotb.start_soon(Clock(dut.aclk, PERIOD, "step").start())
    for _ in range(8):
        await RisingEdge(dut.aclk)
    dut.aresetn.value = 1


async def handshake(dut, there):
    """Waits for the clock edge at which the other side of a stream is there too."""
    while True:
        await ReadOnly()
        is_there = int(there.value) == 1
        await RisingEdge(dut.aclk)
        if is_there:
            return


async def send(dut, samples, pause):
    await RisingEdge(dut.aclk)
    for sample in samples:
        for beat, word in enumerate(sample):
            for _ in range(pause()):
                await RisingEdge(dut.aclk)
            dut.s_axis_tdata.value = word
            dut.s_axis_tlast.value = int(beat == INPUT_BEATS - 1)
            dut.s_axis_tvalid.value = 1
            await handshake(dut, dut.s_axis_tready)
            dut.s_axis_tvalid.value = 0


async def receive(dut, pause):
    result = []
    for _ in range(OUTPUT_BEATS):
        for _ in range(pause()):
            await RisingEdge(dut.aclk)
        dut.m_axis_tready.value = 1
        while True:
            await ReadOnly()
            is_there = int(dut.m_axis_tvalid.value) == 1
            beat = (int(dut.m_axis_tdata.value), int(dut.m_axis_tlast.value)) if is_there else None
            await RisingEdge(dut.aclk)
            if beat is not None:
                break
        dut.m_axis_tready.value = 0
        result.append(beat)
    return result


async def compare(dut, pause):
    samples = read_beats("tiny_samples.mem", INPUT_BEATS)
    results = read_beats("tiny_results.mem", OUTPUT_BEATS)
    await reset(dut)
    cocotb.start_soon(send(dut, samples, pause))
    for vector, words in enumerate(results):
        got = await with_timeout(receive(dut, pause), PATIENCE * PERIOD, "step")
        wanted = [(word, int(beat == OUTPUT_BEATS - 1)) for beat, word in enumerate(words)]
        assert got == wanted, f"vector {vector}: got {got}, wanted {wanted} (beats, each with its TLAST)"


@cocotb.test()
async def at_full_speed(dut):
    await compare(dut, lambda: 0)


@cocotb.test()
async def with_pauses(dut):
    generator = random.Random(1)
    await compare(dut, lambda: generator.choice((0, 0, 0, 1, 2, 5)))
