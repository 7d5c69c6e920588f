/** Direction of bytes: `>` to the peer, `<` from it. */
export type Direction = ">" | "<";

const WIDTH = 16;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * Formats bytes as a hex dump, each direction with its own offset:
 * `< 00000010  48 54 54 50 2f 31 2e 31  20 32 30 30 20 4f 4b 0d  |HTTP/1.1 200 OK.|`.
 */
export class HexDump {
  readonly #offsets: Record<Direction, number> = { ">": 0, "<": 0 };

  /** Returns the lines for the next bytes of a direction. */
  lines(direction: Direction, bytes: Uint8Array): string {
    let text = "";
    for (let at = 0; at < bytes.length; at += WIDTH) {
      const row = bytes.subarray(at, at + WIDTH);
      text += `${direction} ${(this.#offsets[direction] + at).toString(16).padStart(8, "0")}  ${hexRow(row)}\n`;
    }
    this.#offsets[direction] += bytes.length;
    return text;
  }
}

function hexRow(row: Uint8Array): string {
  let hex = "";
  let ascii = "";
  for (let i = 0; i < WIDTH; i++) {
    const byte = row[i];
    if (i === WIDTH / 2) hex += " ";
    hex += byte === undefined ? "   " : `${HEX[byte]} `;
    if (byte !== undefined) ascii += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".";
  }
  return `${hex} |${ascii}|`;
}
