const LF = 10;
const CR = 13;
/** Arguments of a call at once. */
const STEP = 8192;

/** Header and body of a message. */
export interface MessageParts {
  /** The header, one character for each byte, without its last line end; empty when it is too large. */
  readonly header: string;
  /** The body. */
  readonly body: Uint8Array;
}

/** Splits a message at its first empty line. */
export function splitMessage(message: Uint8Array, maxHeader: number): MessageParts {
  if (message[0] === CR && message[1] === LF) return { header: "", body: message.subarray(2) };
  let end = message.length;
  for (let at = message.indexOf(LF); at >= 0; at = message.indexOf(LF, at + 1)) {
    if (message[at + 1] !== CR || message[at + 2] !== LF || message[at - 1] !== CR) continue;
    end = at - 1;
    break;
  }
  if (end > maxHeader) return { header: "", body: message.subarray(end + 4) };
  return { header: byteString(message.subarray(0, end)), body: message.subarray(end + 4) };
}

function byteString(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += STEP) text += String.fromCharCode(...bytes.subarray(at, at + STEP));
  return text;
}
