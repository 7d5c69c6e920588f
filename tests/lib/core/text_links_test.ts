import { assertEquals } from "@std/assert";
import { splitLinks, withoutEnd } from "../../../lib/core/text_links.ts";

Deno.test("withoutEnd: an address ends where its sentence goes on", () => {
  const table: readonly (readonly [found: string, address: string])[] = [
    ["http://a.example/b", "http://a.example/b"],
    ["http://a.example/b.", "http://a.example/b"],
    ["http://a.example/b?!", "http://a.example/b"],
    ["http://a.example/b),", "http://a.example/b"],
    ["http://a.example/b_(c)", "http://a.example/b_(c)"],
    ["http://a.example/b_(c))", "http://a.example/b_(c)"],
    ["http://a.example/[1]", "http://a.example/[1]"],
    ["http://a.example/*", "http://a.example/"],
    ["http://a.example/路径。", "http://a.example/路径"],
  ];
  for (const [found, address] of table) assertEquals(withoutEnd(found), address);
});

Deno.test("splitLinks: links are found in a text, and nothing of it is lost", () => {
  const table: readonly (readonly [text: string, links: string[]])[] = [
    ["", []],
    ["see https://a.example/b, http://c.example.", ["https://a.example/b", "http://c.example"]],
    ["https:// http://[ javascript:alert(1)", []],
    ["mailto:a@b.example!", ["mailto:a@b.example"]],
    ["(ftp://a.example/x) ircs://b.example/#c", ["ftp://a.example/x", "ircs://b.example/#c"]],
    ["https://a.example/\u202egpj.exe", ["https://a.example/"]],
  ];
  for (const [text, links] of table) {
    const parts = [...splitLinks(text, /https?:\/\/|ftp:\/\/|ircs?:\/\/|mailto:/)];
    assertEquals(parts.filter(({ link }) => link).map(({ text }) => text), links, text);
    assertEquals(parts.map(({ text }) => text).join(""), text);
  }
});
