import { openChatAccounts, serveChat } from "../../lib/chat/mod.ts";
import { makeCertificate } from "../kit/certificates.ts";
import { loggedIn, PASSWORD, withAccounts } from "../kit/chat_accounts.ts";
import { withFolder } from "../kit/folder.ts";
import { ANY_PORT, chatServer, RawIrc } from "../kit/irc.ts";
import { peerTest } from "../kit/peer.ts";
import { Terminal } from "../kit/tmux.ts";
import { until } from "../kit/wait.ts";

/** Resolves when a client is logged in to an account, as another client sees it. */
async function isLoggedIn(watcher: RawIrc, nick: string, account: string): Promise<void> {
  await until(`${nick} logged in as ${account}`, async () => {
    await watcher.say(`WHOIS ${nick}`);
    return (await watcher.upToNow()).some((line) => line.includes(` 330 watcher ${nick} ${account} :`));
  });
}

peerTest(
  "chat accounts: irssi logs in by SASL PLAIN, and is disconnected when its account is banned",
  ["irssi", "tmux"],
  () =>
    withAccounts(["ann"], (history) =>
      withFolder(async (home) => {
        await using server = chatServer({ history });
        using watcher = await RawIrc.in(server.address, "watcher");
        await using irssi = await Terminal.open(["irssi", "--home", home, "-n", "ann"], { TERM: "screen" });
        await irssi.shows(/\[\(status\)\]/);
        await irssi.enter(`/network add -sasl_mechanism PLAIN -sasl_username ann -sasl_password "${PASSWORD}" here`);
        await irssi.enter(`/server add -network here 127.0.0.1 ${server.port}`);
        await irssi.enter("/connect here");
        await irssi.shows(/SASL authentication succe/);
        await isLoggedIn(watcher, "ann", "ann");
        using accounts = openChatAccounts(history);
        await accounts.ban("ann", { since: Date.now(), reason: "spam" });
        await irssi.shows(/Account banned: spam/);
      })),
);

peerTest(
  "chat accounts: irssi logs in over TLS by its certificate (SASL EXTERNAL)",
  ["irssi", "tmux"],
  () =>
    withAccounts(["cert"], (history) =>
      withFolder(async (home) => {
        const [tls, own] = await Promise.all([makeCertificate(), makeCertificate()]);
        await Deno.writeTextFile(`${home}/own.pem`, `${own.cert}${own.key}`);
        {
          const der = Uint8Array.fromBase64(own.cert.replace(/-----[^-]+-----|\s/g, ""));
          const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", der)).toHex();
          await using plain = chatServer({ history });
          using cert = await loggedIn(plain.address, "cert");
          await cert.say(`NS CERT ADD ${digest}`);
          await cert.hears(/Certificate .* added/);
        }
        await using server = serveChat(ANY_PORT, { history, tls: { ...tls, clientCertificates: "optional" } });
        await using irssi = await Terminal.open(["irssi", "--home", home, "-n", "cert"], { TERM: "screen" });
        await irssi.shows(/\[\(status\)\]/);
        await irssi.enter("/network add -sasl_mechanism EXTERNAL here");
        await irssi.enter(
          `/server add -network here -tls -notls_verify -tls_cert ${home}/own.pem 127.0.0.1 ${server.port}`,
        );
        await irssi.enter("/connect here");
        await irssi.shows(/SASL authentication succe/);
        await irssi.enter("/whois cert");
        await irssi.shows(/account\s*:?\s*cert|logged in as\s*:?\s*cert|is logged in as/);
      })),
);

peerTest(
  "chat accounts: weechat logs in by SCRAM-SHA-256",
  ["weechat-headless"],
  () =>
    withAccounts(["wee"], (history) =>
      withFolder(async (home) => {
        await using server = chatServer({ history });
        using watcher = await RawIrc.in(server.address, "watcher");
        const commands = [
          `/server add t 127.0.0.1/${server.port}`,
          "/set irc.server.t.ssl off",
          "/set irc.server.t.nicks wee",
          "/set irc.server.t.sasl_mechanism scram-sha-256",
          "/set irc.server.t.sasl_username wee",
          `/set irc.server.t.sasl_password "${PASSWORD}"`,
          "/connect t",
        ];
        const args = ["-d", home, ...commands.flatMap((command) => ["-r", command])];
        const weechat = new Deno.Command("weechat-headless", { args, stdin: "null", stdout: "null", stderr: "null" })
          .spawn();
        try {
          await isLoggedIn(watcher, "wee", "wee");
        } finally {
          weechat.kill("SIGTERM");
          await weechat.status;
        }
      })),
);

/** Clients without SASL, and how they connect as `guest`. */
const PLAIN_CLIENTS: readonly (readonly [program: string, args: (port: number) => string[], ready: RegExp])[] = [
  ["tinyirc", (port) => ["guest", "127.0.0.1", `${port}`], /Welcome to the Toucan|End of|MOTD/],
  ["epic5", (port) => ["guest", `127.0.0.1:${port}`], /Welcome to the Toucan/],
];

for (const [program, args, ready] of PLAIN_CLIENTS) {
  peerTest(
    `chat accounts: ${program} registers its nickname and logs in by messages to NickServ`,
    [program, "tmux"],
    () =>
      withAccounts(["ann"], (history) =>
        withFolder(async (home) => {
          await using server = chatServer({ history });
          using watcher = await RawIrc.in(server.address, "watcher");
          await using terminal = await Terminal.open([program, ...args(server.port ?? 0)], {
            HOME: home,
            TERM: "screen",
          }, home);
          await terminal.shows(ready);
          await terminal.enter(`/msg NickServ IDENTIFY ann ${PASSWORD.replace(" ", "-")}`);
          await terminal.shows(/Invalid account or password/);
          await terminal.enter("/msg NickServ REGISTER correct-horse");
          await terminal.shows(/Account guest registered/);
          await isLoggedIn(watcher, "guest", "guest");
        })),
  );
}
