import { assertEquals } from "@std/assert";
import { summaryOf } from "../../../lib/mail/inbox/view.ts";
import { parseMail } from "../../../lib/mail/mime/parse_mail.ts";

/** Mailboxes in a field, and how they are shown: a name is never taken for an address. */
for (
  const [field, shown] of [
    ["Ada <a@x.test>, b@x.test", "Ada <a@x.test>, b@x.test"],
    ['"Doe, J" <j@x.test>', '"Doe, J" <j@x.test>'],
    ['"<evil@x.test>" <good@y.test>', '"<evil@x.test>" <good@y.test>'],
    ["=?utf-8?q?a_=22b=22?= <j@x.test>", '"a \\"b\\"" <j@x.test>'],
    ["J\u00fcrgen O'Hara <j@x.test>", "J\u00fcrgen O'Hara <j@x.test>"],
    ["root", "root"],
    ["Some Name", "Some Name"],
    ["undisclosed-recipients:;", ""],
  ] as const
) {
  Deno.test(`mail inbox: From: ${field} is shown as ${shown}`, () => {
    const mail = parseMail(new TextEncoder().encode(`From: ${field}\r\n\r\n`));
    assertEquals(summaryOf({ id: "1", received: 0, size: 0, from: "", to: [] }, mail).fromHeader, shown);
  });
}
