import { NetworkError } from "../../../core/mod.ts";
import type { LineChannel } from "../../../core/lines/client/line_channel.ts";
import { MASK } from "../../../core/secrets.ts";
import { plainMessage } from "../../../core/sasl/plain.ts";
import type { Pop3Capabilities } from "../codec/capabilities.ts";
import { formatPop3Command } from "../codec/command.ts";
import { readReply } from "./dialogue.ts";
import type { Pop3Auth } from "./options.ts";
import { Pop3RefusedError } from "./refusal.ts";

/**
 * Logs in: by AUTH PLAIN (RFC 5034), or by USER and PASS. AUTH is preferred, since a password may contain anything there.
 *
 * @throws {NetworkError} `auth-without-tls`, `auth-missing`.
 * @throws {Pop3RefusedError} `auth-refused`; `mailbox-busy` when the server says that another client uses the mailbox.
 * @throws {UsageError} `injection` when the name or the password cannot be sent.
 */
export async function login(
  channel: LineChannel,
  { sasl, user: knowsUser }: Pop3Capabilities,
  auth: Pop3Auth,
): Promise<void> {
  const { peer, security } = channel.connection;
  if (!security && !auth.withoutTls) {
    throw new NetworkError(`cannot authenticate to ${peer}: the connection does not use TLS`, {
      code: "auth-without-tls",
      peer,
    });
  }
  const mechanism = auth.mechanism ?? (sasl.includes("PLAIN") ? "PLAIN" : "USER");
  if (mechanism === "PLAIN" ? !sasl.includes("PLAIN") : auth.mechanism === undefined && !knowsUser) {
    throw new NetworkError(`cannot authenticate to ${peer}: the server offers neither AUTH PLAIN nor USER`, {
      code: "auth-missing",
      peer,
      hint: `mechanisms that the server offers: ${sasl.join(", ") || "none"}`,
    });
  }
  const reply = mechanism === "PLAIN" ? await authPlain(channel, auth) : await userPass(channel, auth);
  if (reply.kind === "ok") return;
  const code = reply.kind === "error" && reply.code === "IN-USE" ? "mailbox-busy" : "auth-refused";
  throw new Pop3RefusedError(peer, "the login", reply, code);
}

async function authPlain(channel: LineChannel, { user, secret }: Pop3Auth) {
  const message = plainMessage(user, secret);
  const secrets = [message, secret].filter(Boolean);
  channel.enter("AUTH PLAIN");
  // A line of a command has 255 bytes at most (RFC 2449 §4).
  if (message.length <= 200) {
    await channel.send(`AUTH PLAIN ${message}`, { shown: `AUTH PLAIN ${MASK}`, secrets });
    const reply = await readReply(channel);
    // Servers without an initial response ask for it.
    if (reply.kind !== "challenge") return reply;
  } else {
    await channel.send("AUTH PLAIN");
    const reply = await readReply(channel);
    if (reply.kind !== "challenge") return reply;
  }
  await channel.send(message, { shown: MASK, secrets });
  return await readReply(channel);
}

async function userPass(channel: LineChannel, { user, secret }: Pop3Auth) {
  // Both are checked before one of them is sent.
  const [name, pass] = [formatPop3Command("USER", user), formatPop3Command("PASS", secret)];
  channel.enter("USER");
  await channel.send(name);
  const reply = await readReply(channel);
  if (reply.kind !== "ok") return reply;
  channel.enter("PASS");
  await channel.send(pass, { shown: `PASS ${MASK}`, secrets: [secret].filter(Boolean) });
  return await readReply(channel);
}
