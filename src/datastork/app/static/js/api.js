// Speaking with the server: JSON, the header that marks our own requests, errors with their hint.

export class ApiError extends Error {
  /** `status` 0: the server was not reached. `hint`: the nearest right answer; `problems`: what is wrong, one by one. */
  constructor(status, message, { hint = "", problems = [], after = 0 } = {}) {
    super(message);
    Object.assign(this, { status, hint, problems, after });
  }

  /** Whether asking again later can help. */
  get passing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

// statuses that judge what was sent: believed only from the app itself, not from a gate on the way (the page of a train's Wi-Fi)
const JUDGING = [400, 404, 405, 409, 415, 422];
let sender = "";

/** In whose name this page works: a request in another's session, as after somebody joined in another tab, is turned away. */
export const as = (annotator) => void (sender = annotator);

/** call("POST", "/api/next", {have: []}) -> the answer; raises ApiError. */
export async function call(method, path, body, { timeout = 20000, keepalive = false } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-Stork"] = "1";
  if (method !== "GET" && sender) headers["X-Stork-As"] = encodeURIComponent(sender);
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers,
      keepalive,
      credentials: "same-origin",
      cache: method === "GET" ? "no-cache" : "default",
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(timeout),
    });
  } catch (error) {
    throw new ApiError(0, error.name === "TimeoutError" ? "the server did not answer in time" : "the server cannot be reached");
  }
  let found = null;
  try {
    const text = await answer.text();
    found = text ? JSON.parse(text) : null;
  } catch {
    // a body that broke off is an answer that was not given; a proxy's page of HTML is none either
    throw new ApiError(answer.ok ? 0 : passing(answer.status), answer.ok ? "the answer of the server was cut short" : `the server answered ${answer.status}`);
  }
  if (!answer.ok) {
    const after = Number(answer.headers.get("Retry-After")) || 0;
    const ours = typeof found?.error === "string";
    throw new ApiError(ours ? answer.status : passing(answer.status), ours ? found.error : `the server answered ${answer.status}`, { ...found, after });
  }
  return found;
}

const passing = (status) => (JUDGING.includes(status) ? 0 : status);

export const get = (path, options) => call("GET", path, undefined, options);
export const post = (path, body, options) => call("POST", path, body, options);

/** A random UUID; `crypto.randomUUID` exists only on https and loopback, phones on the local network have neither. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
