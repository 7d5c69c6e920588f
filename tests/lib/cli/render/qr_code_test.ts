import { assertEquals } from "@std/assert";
import { qrCode } from "../../../../lib/cli/render/qr_code.ts";

const LINK = "https://chat.example:8067/#invite=abcdefghijklmnopqrstuv";

/** Returns the modules of a code: whether each is dark. */
function modules(lines: readonly string[]): boolean[][] {
  return lines.flatMap((line) => {
    const cells = [...line];
    return [cells.map((cell) => " ▄".includes(cell)), cells.map((cell) => " ▀".includes(cell))];
  });
}

Deno.test("qrCode: a square with a light border and finder patterns in three corners", async () => {
  const rows = modules(await qrCode(LINK, 80) ?? []);
  const size = rows[0]?.length ?? 0;
  assertEquals((size - 4 - 17) % 4, 0);
  assertEquals(rows.slice(0, size).every((row) => row.length === size), true);
  const finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"];
  const part = (top: number, left: number) =>
    rows.slice(top, top + 7).map((row) => row.slice(left, left + 7).map(Number).join(""));
  for (const [top, left] of [[2, 2], [2, size - 9], [size - 9, 2]] as const) assertEquals(part(top, left), finder);
  for (let i = 0; i < size; i++) {
    assertEquals([rows[0]?.[i], rows[1]?.[i], rows[i]?.[0], rows[i]?.[1]], Array(4).fill(false));
  }
});

Deno.test("qrCode: none where it does not fit", async () => {
  assertEquals([await qrCode(LINK, 20), await qrCode(LINK, 0)], [undefined, undefined]);
});
