import { NetworkError, UsageError } from "../../../core/mod.ts";
import { MASK } from "../../../core/secrets.ts";
import { plainMessage } from "../../../core/sasl/plain.ts";
import { xoauth2Message } from "../../codec/auth.ts";
import { requestString, spaced } from "../codec/request.ts";
import type { ImapStatusText } from "../codec/response/response.ts";
import type { ImapAuth } from "./options.ts";
import { ImapRefusedError } from "./refusal.ts";
import type { ImapSession } from "./session.ts";

/**
 * Logs in: by AUTHENTICATE PLAIN or XOAUTH2 (with an initial response where the server takes one, RFC 4959), or by LOGIN.
 *
 * @throws {NetworkError} `auth-without-tls`, `auth-missing`.
 * @throws {ImapRefusedError} `auth-refused`.
 * @throws {UsageError} `injection` when the name or the password cannot be sent.
 */
export async function login(session: ImapSession, auth: ImapAuth): Promise<void> {
  const { peer, capabilities, channel } = session;
  if (!channel.connection.security && !auth.withoutTls) {
    throw new NetworkError(`cannot authenticate to ${peer}: the connection does not use TLS`, {
      code: "auth-without-tls",
      peer,
    });
  }
  if (/\0/.test(auth.user + auth.secret)) {
    throw new UsageError("a user name or password cannot contain NUL", { code: "injection" });
  }
  const offers = (mechanism: string) =>
    mechanism === "LOGIN" ? !capabilities.has("LOGINDISABLED") : capabilities.has(`AUTH=${mechanism}`);
  const mechanism = auth.mechanism ?? (["PLAIN", "LOGIN"] as const).find(offers);
  if (mechanism === undefined || !offers(mechanism)) {
    const offered = [...capabilities].filter((name) => name.startsWith("AUTH=")).map((name) => name.slice(5));
    throw new NetworkError(
      `cannot authenticate to ${peer}: the server does not offer ${mechanism ?? "a supported mechanism"}`,
      { code: "auth-missing", peer, hint: `mechanisms that the server offers: ${offered.join(", ") || "none"}` },
    );
  }
  const status = mechanism === "LOGIN"
    ? await loginCommand(session, auth)
    : await authenticate(session, mechanism, auth);
  if (status.status !== "OK") throw new ImapRefusedError(peer, "the login", status, "auth-refused");
}

function loginCommand(session: ImapSession, { user, secret }: ImapAuth): Promise<ImapStatusText> {
  const words = [secret];
  return session.run(spaced("LOGIN", requestString(user), requestString(secret)), { secrets: words });
}

function authenticate(
  session: ImapSession,
  mechanism: "PLAIN" | "XOAUTH2",
  { user, secret }: ImapAuth,
): Promise<ImapStatusText> {
  const message = mechanism === "PLAIN" ? plainMessage(user, secret) : xoauth2Message(user, secret);
  const atOnce = session.capabilities.has("SASL-IR");
  let sent = atOnce;
  return session.run([`AUTHENTICATE ${mechanism}${atOnce ? ` ${message}` : ""}`], {
    secrets: [message, secret],
    shown: `AUTHENTICATE ${mechanism}${atOnce ? ` ${MASK}` : ""}`,
    onContinue() {
      // A second request has the reason of a rejection, and ends after an empty response (XOAUTH2); of PLAIN it is cancelled.
      const line = sent ? (mechanism === "XOAUTH2" ? "" : "*") : message;
      const secret = !sent;
      sent = true;
      return { line, secret };
    },
  });
}
