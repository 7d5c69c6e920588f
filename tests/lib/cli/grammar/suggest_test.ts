import { assertEquals } from "@std/assert";
import { didYouMean } from "../../../../lib/cli/grammar/suggest.ts";

Deno.test("didYouMean suggests similar words", () => {
  const words = ["connect", "listen", "in", "tcp", "--json", "--type"];
  const cases = [
    ["conect", "connect"],
    ["lisetn", "listen"],
    ["im", "in"],
    ["tpc", "tcp"],
    ["qqx", undefined],
    ["--jsno", "--json"],
    ["-json", "--json"],
    ["--tpye", "--type"],
    ["xyz", undefined],
    ["--zz", undefined],
    ["", undefined],
    ["x".repeat(100_000), undefined],
  ] as const;
  for (const [typed, meant] of cases) {
    assertEquals(didYouMean(typed, words), meant && `did you mean ${meant}?`, typed.slice(0, 20));
  }
});
