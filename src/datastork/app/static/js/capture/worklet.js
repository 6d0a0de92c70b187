// Runs beside the sound: hands on samples as they are, in pieces of about a twentieth of a second, with the largest of each.

const PIECE = 2048;

class Taker extends AudioWorkletProcessor {
  #piece = new Float32Array(PIECE);
  #filled = 0;

  process([input]) {
    const channel = input[0];
    if (!channel) return true;
    for (const one of channel) {
      this.#piece[this.#filled++] = one;
      if (this.#filled === PIECE) {
        this.port.postMessage(this.#piece, [this.#piece.buffer]);
        this.#piece = new Float32Array(PIECE);
        this.#filled = 0;
      }
    }
    return true;
  }
}

registerProcessor("taker", Taker);
