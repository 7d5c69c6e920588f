import { assertEquals } from "@std/assert";
import { type FileMetadata, formatFileField, parseFileField } from "../../../lib/file/codec/file_field.ts";

const NOW = 1_700_000_000_000;
const DAY = 24 * 3600 * 1000;

/** Values of Toucan-File, and what a server takes from them. */
const VALUES: readonly (readonly [value: string, metadata: FileMetadata])[] = [
  ['mtime=1600000000123, mode="644"', { modified: 1_600_000_000_123, mode: 0o644 }],
  [' mode="0755" ,mtime=0 ', { modified: 0, mode: 0o755 }],
  ['mode="6777"', { mode: 0o777 }],
  ['mode="104755"', { mode: 0o755 }],
  ['mode="000"', { mode: 0o400 }],
  ['mode="888"', {}],
  ["mode=644", {}],
  [`mtime=${NOW + DAY}`, { modified: NOW + DAY }],
  [`mtime=${NOW + DAY + 1}`, {}],
  ["mtime=-1", {}],
  ["mtime=999999999999999", {}],
  ["mtime=99999999999999999999", {}],
  ["mtime=1e12", {}],
  ["mtime=NaN", {}],
  ["", {}],
  [",,=,mtime", {}],
];

for (const [value, { modified, mode }] of VALUES) {
  Deno.test(`Toucan-File: ${JSON.stringify(value)}`, () => {
    assertEquals(parseFileField(value, NOW), { modified, mode });
  });
}

Deno.test("Toucan-File: what is written is read", () => {
  const metadata = { modified: 1_600_000_000_123, mode: 0o640 };
  assertEquals(parseFileField(formatFileField({ ...metadata, modified: 1_600_000_000_123.7 }), NOW), metadata);
  assertEquals(formatFileField({}), "");
});
