import { assert, assertEquals } from "@std/assert";
import { isChannel } from "../../../lib/chat/codec/names.ts";
import { recordLine } from "../../../lib/cli/stdio/output.ts";
import { showUntrusted } from "../../../lib/core/mod.ts";
import { safeFileName } from "../../../lib/http/codec/fields/file_name.ts";

/** One of each kind; those of an own kind came in when only one of the lists had them. */
const HARMFUL = [
  ..."\0\n\x1b\x7f\x80\x9f\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069\u206f\ufeff\ufff9\ufffb",
  ..."\u{e0000}\u{e0041}\u{e007f}",
];

for (const char of HARMFUL) {
  const code = (char.codePointAt(0) ?? 0).toString(16);
  Deno.test(`HARMFUL_CHARACTERS: U+${code.padStart(4, "0")} reaches no terminal, record, file name or channel name`, () => {
    assertEquals(/^a[\\nrtux0-9a-f{}]+b$/.test(showUntrusted(`a${char}b`)), true);
    const line = recordLine({ text: `a${char}b` });
    assert(/^[\x20-\x7e]+\n$/.test(line), line);
    assertEquals(JSON.parse(line), { text: `a${char}b` });
    assertEquals(safeFileName(`a${char}b`), "ab");
    assertEquals(isChannel(`#a${char}b`), false);
  });
}

Deno.test("HARMFUL_CHARACTERS: letters, emoji and joined emoji pass", () => {
  const text = "aé日\u{1f426}\u{1f468}\u200d\u{1f469}";
  assertEquals(showUntrusted(text), text);
  assertEquals(recordLine({ text }), `{"text":"${text}"}\n`);
});
