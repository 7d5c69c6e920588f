import { verb } from "../../lib/cli/mod.ts";
import { SEND_HINTS } from "./hints.ts";
import { SEND_LAYOUT } from "./layout.ts";
import { SEND_RECORDS } from "./records.ts";
import { sendOptions } from "./send_options.ts";

/** `mail send`. */
export const send = verb({
  summary: "send a mail, or many",
  hints: SEND_HINTS,
  description:
    "The body is --text, --html or both, otherwise stdin. TLS is required unless --tls is opportunistic or " +
    "none, also for a server on this machine; with opportunistic, the certificate of a server that offers STARTTLS is still verified.\n\n" +
    "With --batch each line of stdin is a JSON object with from, to, cc, bcc, replyTo, subject, text, html, attach (paths " +
    "below the current folder), headers, date; the options set the fields that it omits.",
  operands: [],
  options: sendOptions,
  records: SEND_RECORDS,
  examples: [
    {
      line:
        "mail send -S smtp.example.com -u ada --password-file pw -f ada@example.com --to bob@example.com -s hello --text hi",
      does: "send through a server that requires authentication",
    },
    {
      line: "mail send -S localhost:1025 --tls none -f a@example.com --to b@example.com < body.txt",
      does: "send to a sink",
    },
    { line: "mail send -f a@example.com --to b@example.com --text hi --dry-run", does: "print the message only" },
  ],
  layout: SEND_LAYOUT,
  exits: [1, 3, 4, 5, 6],
  needs: ({ options: { batch, server, mx, account, "dry-run": dry, "name-server": servers } }) => {
    const asksSystem = mx && servers.length === 0;
    return {
      net: !dry,
      read: [...(batch ? ["."] : []), ...(asksSystem ? ["/etc/resolv.conf"] : [])],
      env: [
        ...(server?.user === undefined && account === undefined ? [] : ["TOUCAN_*"]),
        ...(asksSystem ? ["LOCALDOMAIN", "RES_OPTIONS"] : []),
      ],
    };
  },
  async run(call) {
    const { runSend } = await import("./run_send.ts");
    return await runSend(call);
  },
});
