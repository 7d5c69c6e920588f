import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../../lib/core/mod.ts";
import { MemoryRecords } from "../../../../lib/chat/history/record_store.ts";
import { Invitations, MAX_INVITATIONS } from "../../../../lib/chat/invite/invitations.ts";
import { readInvitationLink, writeInvitationLink } from "../../../../lib/chat/invite/link.ts";

Deno.test("Invitations: reusable, for one client, expired, unknown", () => {
  const records = new MemoryRecords();
  const invitations = new Invitations(records);
  const open = invitations.create({ expires: 100 }, 0) ?? "";
  const once = invitations.create({ expires: 100, once: true }, 0) ?? "";
  // Only hashes are stored.
  assert(records.all("invitation").every((text) => !text.includes(open) && !text.includes(once)));
  assertEquals([invitations.redeem(open, 99), invitations.redeem(open, 99)], [{ expires: 100 }, { expires: 100 }]);
  assertEquals(invitations.redeem(open, 100), undefined);
  const { next = "", expires } = invitations.redeem(once, 1) ?? {};
  assertEquals([expires, invitations.redeem(once, 1)], [100, undefined]);
  assertEquals([invitations.redeem(next, 2), invitations.redeem(next, 3)], [{ expires: 100 }, { expires: 100 }]);
  for (const token of ["", "x", open.slice(1), `${open}x`, open.toLowerCase(), "A".repeat(22)]) {
    assertEquals(invitations.redeem(token, 1), undefined, token);
  }
});

Deno.test("Invitations: bounded, expired ones make room, and records of another version are ignored", () => {
  const records = new MemoryRecords();
  for (const text of ["", "null", "{}", '{"hash":1,"expires":"x"}']) records.save("invitation", text, text);
  const invitations = new Invitations(records);
  for (let i = 0; i < MAX_INVITATIONS; i++) {
    records.save("invitation", `${i}`, JSON.stringify({ hash: `${i}`, expires: 10 }));
  }
  assertEquals(invitations.create({ expires: 20 }, 9), undefined);
  assertEquals(invitations.create({ expires: 20 }, 10)?.length, 22);
});

Deno.test("invitation links: written and read, and all others rejected", () => {
  const token = "A".repeat(21) + "_";
  const links = [
    { scheme: "https", authority: "chat.example:8067", token, pin: "sha256:a+b/c=" },
    { scheme: "irc", authority: "[::1]:6667", token, pin: undefined },
  ] as const;
  for (const link of links) assertEquals(readInvitationLink(writeInvitationLink(link)), link);
  assertEquals(readInvitationLink(`http://chat.example/#invite=${token}`)?.authority, "chat.example");
  for (const text of ["localhost", "localhost:6667", "unix:/x", "", "ftp://a/#invite=x"]) {
    assertEquals(readInvitationLink(text), undefined);
  }
  const bad = [
    "https://a/",
    "https://a/#invite=",
    "https://a/#other=x",
    `https:///#invite=${token}`,
    `https://me@a/#invite=${token}`,
    `https://a/b#invite=${token}`,
    "https://a/#invite=a%0D%0AQUIT",
    "https://a/#invite=a b",
  ];
  for (const text of bad) assertThrows(() => readInvitationLink(text), UsageError, "invalid link");
});
