import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { problems } from '../problems.js';

/** Bytes that go to a board and come from it. */
export interface SerialLine {
  write(bytes: Uint8Array): void;
  onData(listener: (bytes: Uint8Array) => void): void;
  close(): void;
}

/**
 * A serial port by its name, 8 bits, no parity, one stop bit: by `stty`, which Linux, macOS and the BSDs have.
 *
 * @throws cosim/serial-port
 */
export function openPort(port: string, baud: number): SerialLine {
  const end = openEnd(port, baud);
  const reading = new ReadStream(end);
  return {
    write: (bytes) => {
      for (let sent = 0; sent < bytes.length; ) sent += writeSync(end, bytes, sent);
    },
    onData: (listener) => {
      reading.on('data', listener);
    },
    close: () => {
      reading.destroy();
    },
  };
}

function openEnd(port: string, baud: number): number {
  const flag = process.platform === 'linux' ? '-F' : '-f';
  let end: number;
  try {
    end = openSync(port, 'r+');
  } catch (error) {
    throw problems.serialPort(port, (error as Error).message);
  }
  try {
    const settings = ['raw', '-echo', String(baud), 'cs8', '-parenb', '-cstopb', '-crtscts', 'clocal'];
    execFileSync('stty', [flag, port, ...settings], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    closeSync(end);
    const { stderr, message } = error as Error & { stderr?: Buffer };
    throw problems.serialPort(port, stderr?.toString().trim() || message);
  }
  return end;
}
