import { assertEquals, assertMatch } from "@std/assert";
import { mailSink } from "../../lib/mail/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { peerTest } from "../kit/peer.ts";

/** Settings of an Exim that sends each message to a port at once, in chunks where the server takes them. */
const CONFIGURATION = `
exim_path = /usr/local/sbin/exim4
primary_hostname = exim.test
spool_directory = FOLDER/spool
log_file_path = FOLDER/%slog
exim_user = daemon
exim_group = daemon
never_users =
keep_environment =
begin routers
all:
  driver = manualroute
  transport = out
  route_list = * 127.0.0.1
  self = send
begin transports
out:
  driver = smtp
  port = PORT
  allow_localhost
  hosts_try_chunking = *
  hosts_avoid_tls = *
  user = daemon
  group = daemon
`;

const BODIES = { short: "hello\n", dots: ".\n..\n.x\n", large: `${"y".repeat(60)}\n`.repeat(20_000) };

if (Deno.build.os !== "windows" && Deno.uid() === 0) {
  for (const [what, body] of Object.entries(BODIES)) {
    peerTest(
      `mail sink ← Exim sends a message in chunks (BDAT): ${what}`,
      ["exim4"],
      () =>
        withFolder(async (folder) => {
          const lines: string[] = [];
          await using sink = await mailSink({ trace: ({ text }) => void lines.push(text) });
          // Exim writes there as another user.
          await Deno.chmod(folder, 0o777);
          const text = CONFIGURATION.replaceAll("FOLDER", folder).replace("PORT", `${sink.port}`);
          await Deno.writeTextFile(`${folder}/conf`, text);
          const exim = new Deno.Command("exim4", {
            args: ["-C", `${folder}/conf`, "-odi", "-i", "-f", "ada@example.com", "bob@example.com"],
            stdin: "piped",
            stdout: "null",
            stderr: "piped",
          }).spawn();
          const writer = exim.stdin.getWriter();
          await writer.write(new TextEncoder().encode(`Subject: chunks\n\n${body}`));
          await writer.close();
          const { code, stderr } = await exim.output();
          assertEquals(code, 0, new TextDecoder().decode(stderr));
          const [mail] = sink.store.messages;
          assertEquals([mail?.from, mail?.to], ["ada@example.com", ["bob@example.com"]], lines.join("\n"));
          const source = new TextDecoder().decode(await sink.store.read(mail?.id ?? ""));
          assertEquals(source.slice(source.indexOf("\r\n\r\n") + 4), body.replaceAll("\n", "\r\n"));
          assertMatch(lines.join("\n"), /^BDAT \d+ LAST$/m);
          assertEquals(lines.includes("DATA"), false);
        }),
    );
  }
}
