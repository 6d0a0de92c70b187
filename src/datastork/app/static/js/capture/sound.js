// Recording sound as the microphone hears it: no echo cancelling, no noise suppression, no automatic gain; as WAV.

export const LONGEST = 120; // seconds

/** Whether this page may use the microphone: only over https, or on the machine itself. */
export const canRecord = () => Boolean(window.isSecureContext && navigator.mediaDevices?.getUserMedia && window.AudioWorkletNode);

/** Events: "level" ({peak, seconds}), "full" (the longest was reached). */
export class Recorder extends EventTarget {
  #context = null;
  #stream = null;
  #pieces = [];
  #length = 0;

  async start() {
    this.#stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 } });
    try {
      this.#context = new AudioContext();
      await this.#context.audioWorklet.addModule(new URL("./worklet.js", import.meta.url).href);
      await this.#context.resume();
    } catch (error) {
      this.#close();
      throw error;
    }
    const source = this.#context.createMediaStreamSource(this.#stream);
    const taker = new AudioWorkletNode(this.#context, "taker", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
    taker.port.onmessage = ({ data }) => this.#take(data);
    source.connect(taker);
  }

  #take(piece) {
    if (!this.#context) return;
    this.#pieces.push(piece);
    this.#length += piece.length;
    let peak = 0;
    for (const one of piece) peak = Math.max(peak, Math.abs(one));
    const seconds = this.#length / this.#context.sampleRate;
    this.dispatchEvent(new CustomEvent("level", { detail: { peak, seconds } }));
    if (seconds >= LONGEST) this.dispatchEvent(new CustomEvent("full"));
  }

  /** End it: {blob, seconds, peak}. */
  stop() {
    const rate = this.#context.sampleRate;
    this.#close();
    const { blob, peak } = wav(this.#pieces, this.#length, rate);
    return { blob, peak, seconds: this.#length / rate };
  }

  /** End it and forget it. */
  cancel() {
    this.#close();
    this.#pieces = [];
  }

  #close() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#context?.close();
    this.#context = null;
    this.#stream = null;
  }
}

/** Mono WAV of 16 bits. */
export function wav(pieces, length, rate) {
  const data = new DataView(new ArrayBuffer(44 + 2 * length));
  const letters = (at, text) => [...text].forEach((one, place) => data.setUint8(at + place, one.charCodeAt(0)));
  letters(0, "RIFF");
  data.setUint32(4, 36 + 2 * length, true);
  letters(8, "WAVEfmt ");
  data.setUint32(16, 16, true);
  data.setUint16(20, 1, true);
  data.setUint16(22, 1, true);
  data.setUint32(24, rate, true);
  data.setUint32(28, 2 * rate, true);
  data.setUint16(32, 2, true);
  data.setUint16(34, 16, true);
  letters(36, "data");
  data.setUint32(40, 2 * length, true);
  let at = 44;
  let peak = 0;
  for (const piece of pieces) {
    for (const one of piece) {
      peak = Math.max(peak, Math.abs(one));
      data.setInt16(at, Math.round(Math.max(-1, Math.min(1, one)) * 32767), true);
      at += 2;
    }
  }
  return { blob: new Blob([data], { type: "audio/wav" }), peak };
}
