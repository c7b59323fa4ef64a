"""As much of PYNQ as a driver sees, with a Verilated design in place of the overlay: `Overlay("COMMAND…")`."""

import subprocess


class _Server:
    def __init__(self, command):
        self.pipe = subprocess.Popen(command.split(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        print(*words, file=self.pipe.stdin, flush=True)
        return self.pipe.stdout.readline().strip()


class _Registers:
    def __init__(self, server):
        self._server = server

    def read(self, offset):
        return int(self._server.ask("r", offset))

    def write(self, offset, value):
        if self._server.ask("w", offset, value) != "1":
            raise RuntimeError(f"a write to 0x{offset:X} is answered with an error")


class _Channel:
    """Both directions share the engine: what is asked of one moves the other on."""

    def __init__(self, server, engine):
        self._server, self._engine = server, engine
        self._running, self._buffer = True, None

    def start(self):
        self._running = True

    def stop(self):
        self._running, self._buffer = False, None
        self._server.ask("x")


class _Send(_Channel):
    def transfer(self, buffer):
        if not self._running or not buffer.clean:
            raise RuntimeError("a transfer of a channel that does not run, or of a buffer that was not flushed")
        self._server.ask("s", bytes(buffer.data).hex())

    idle = True


class _Receive(_Channel):
    def transfer(self, buffer):
        if not self._running:
            raise RuntimeError("a transfer of a channel that does not run")
        self._buffer = buffer
        self._server.ask("g", len(buffer.data))

    @property
    def idle(self):
        if self._server.ask("p") != "1":
            return False
        data = bytes.fromhex(self._server.ask("d"))
        self._buffer.data[: len(data)] = data
        return True


class _Dma:
    def __init__(self, server):
        self.sendchannel = _Send(server, self)
        self.recvchannel = _Receive(server, self)


class Overlay:
    def __init__(self, command):
        server = _Server(command)
        self.espalier = _Registers(server)
        if "streams" in command:
            self.dma = _Dma(server)


class _Buffer:
    def __init__(self, data):
        self.data, self.clean, self.fresh = data, False, False

    def __getitem__(self, key):
        return _Buffer(self.data[key])

    def __setitem__(self, key, value):
        if not isinstance(value, bytearray):
            raise TypeError("an array of bytes takes no text")
        self.data[key] = value

    def flush(self):
        self.clean = True

    def invalidate(self):
        self.fresh = True

    def __bytes__(self):
        if not self.fresh:
            raise RuntimeError("a buffer that was not invalidated")
        return bytes(self.data)

    def freebuffer(self):
        self.data = None


def allocate(shape, dtype):
    if dtype != "u1":
        raise TypeError(dtype)
    return _Buffer(memoryview(bytearray(shape[0])))
