/**
 * Returns a text as a QR code for a terminal, in half blocks: the lit ones are its light modules. Undefined when it is wider than
 * the terminal, and could not be read.
 */
export async function qrCode(text: string, columns: number): Promise<readonly string[] | undefined> {
  const { renderUnicodeCompact } = await import("../../deps/qr.ts");
  const lines = renderUnicodeCompact(text, { ecc: "L", border: 2 }).split("\n");
  return [...lines[0] ?? ""].length <= columns ? lines : undefined;
}
