// Files without an index (MP3, AAC) are searched by guessing. Decoded once, they are played as plain samples: every time is exact.

const LONGEST = 900; // seconds; longer ones are played as they are
const GUESSED = new Set(["audio/mpeg", "audio/aac", "audio/mp3"]);

export const guesses = (media) => GUESSED.has(media.mime) && (media.seconds ?? 0) > 0 && media.seconds <= LONGEST;

/** A WAV of 16 bits of the samples in a compressed file, as a Blob. */
export async function samples(buffer, rate = 44100) {
  const decoded = await new OfflineAudioContext(1, 1, rate).decodeAudioData(buffer);
  const { numberOfChannels: channels, length } = decoded;
  const size = length * channels * 2;
  const bytes = new DataView(new ArrayBuffer(44 + size));
  const words = (at, text) => [...text].forEach((one, place) => bytes.setUint8(at + place, one.charCodeAt(0)));
  words(0, "RIFF");
  bytes.setUint32(4, 36 + size, true);
  words(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, channels, true);
  bytes.setUint32(24, decoded.sampleRate, true);
  bytes.setUint32(28, decoded.sampleRate * channels * 2, true);
  bytes.setUint16(32, channels * 2, true);
  bytes.setUint16(34, 16, true);
  words(36, "data");
  bytes.setUint32(40, size, true);
  const out = new Int16Array(bytes.buffer, 44); // little-endian, as every browser's machine
  for (let channel = 0; channel < channels; channel++) {
    const given = decoded.getChannelData(channel);
    for (let at = 0; at < length; at++) out[at * channels + channel] = Math.max(-1, Math.min(1, given[at])) * 32767;
  }
  return new Blob([bytes.buffer], { type: "audio/wav" });
}
