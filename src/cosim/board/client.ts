import { problems } from '../problems.js';
import { type BoardFrame, FrameReader, frameOf, STATUS } from './frames.js';
import type { SerialLine } from './line.js';

export interface ClientOptions {
  /** For errors. */
  readonly port: string;
  readonly sampleBytes: number;
  readonly resultBytes: number;
  /** SHA-256 of the network that the board must hold. */
  readonly network: string;
  /** Until an answer is there. */
  readonly seconds: number;
  /** How often a frame is sent again. */
  readonly retries: number;
}

/** A board behind a serial line: one sample at a time. */
export class BoardClient {
  /** Frames that were sent again. */
  retried = 0;
  private sequence = 0;
  private take: ((frame: BoardFrame) => void) | undefined;

  constructor(
    private readonly line: SerialLine,
    private readonly options: ClientOptions,
  ) {
    const reader = new FrameReader(options.resultBytes);
    line.onData((bytes) => {
      for (const frame of reader.push(bytes)) this.take?.(frame);
    });
  }

  /** Asks the board which network it holds. @throws cosim/board-network, cosim/board-silent */
  async identify(): Promise<void> {
    const { port, sampleBytes, resultBytes, network } = this.options;
    const said = await this.exchange(new Uint8Array(0));
    const lengths = [sampleBytes, resultBytes].flatMap((length) => [length & 255, length >> 8]);
    const wanted = hexOf([1, ...lengths]) + network.slice(0, 16);
    if (hexOf(said) !== wanted) throw problems.boardNetwork(port, hexOf(said), wanted);
  }

  /** The beats of a result for those of a sample. @throws cosim/board-network, cosim/board-silent */
  async exchange(payload: Uint8Array): Promise<Uint8Array> {
    const { port, retries, seconds, sampleBytes } = this.options;
    let status: number | undefined;
    for (let attempt = 0; attempt <= retries; attempt++) {
      if (attempt > 0) this.retried += 1;
      this.sequence = (this.sequence + 1) & 255;
      const answer = this.answer();
      this.line.write(frameOf(this.sequence, payload));
      const frame = await answer;
      status = frame?.status;
      if (frame?.status === (payload.length > 0 ? STATUS.good : STATUS.identity)) return frame.payload;
    }
    // Once a length may be damaged on the way; every time it is not.
    if (status === STATUS.otherLength) throw problems.boardLength(port, sampleBytes);
    throw problems.boardSilent(port, status, retries + 1, seconds);
  }

  /** The answer to this sequence number, or the board's refusal; undefined after the time. */
  private answer(): Promise<BoardFrame | undefined> {
    return new Promise((resolve) => {
      const end = (frame: BoardFrame | undefined) => {
        clearTimeout(timer);
        this.take = undefined;
        resolve(frame);
      };
      const timer = setTimeout(() => end(undefined), 1000 * this.options.seconds);
      this.take = (frame) => {
        const refuses = frame.status !== STATUS.good && frame.status !== STATUS.identity;
        if (frame.sequence === this.sequence || (refuses && frame.status !== STATUS.busy)) end(frame);
      };
    });
  }
}

const hexOf = (bytes: Iterable<number>): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
