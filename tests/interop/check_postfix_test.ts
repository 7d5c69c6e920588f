import { makeCertificate } from "../kit/certificates.ts";
import { testSetups } from "../kit/check_setup.ts";
import { POSTFIX, type PostfixOptions, startPostfix } from "../kit/postfix.ts";
import { keyPair } from "../kit/sink_certificate.ts";

/** Postfix by its name, over SMTP or TLS from the start. */
async function postfix(stack: AsyncDisposableStack, scheme: "smtp" | "smtps", options: PostfixOptions) {
  const ports = stack.use(await startPostfix(options));
  return {
    target: `${scheme}://localhost:${ports[scheme]}`,
    options: { tls: { caCerts: [keyPair.cert] } },
  };
}

/** Relays for its own network. */
const RELAYS = "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination";
const OTHER = await makeCertificate();
/** A certificate with the key of another, as after a renewal of one of the two files. */
const MISMATCHED = { cert: keyPair.cert, key: OTHER.key };

testSetups([
  {
    name: "Postfix as it should be",
    peers: POSTFIX,
    start: (stack) => postfix(stack, "smtp", { tls: keyPair }),
    codes: ["starttls-offered", "tls-trusted", "old-tls-refused"],
    without: ["smtp-open-relay", "smtp-relays-here", "login-in-clear"],
  },
  {
    name: "Postfix with the key of another certificate",
    peers: POSTFIX,
    start: (stack) => postfix(stack, "smtp", { tls: MISMATCHED }),
    broken: ["tls", "starttls-refused"],
  },
  {
    name: "Postfix with the key of another certificate, TLS from the start",
    peers: POSTFIX,
    start: (stack) => postfix(stack, "smtps", { tls: MISMATCHED }),
    broken: ["reach", "closed-at-once"],
  },
  {
    name: "Postfix with a relay that is open for this machine",
    peers: POSTFIX,
    start: (stack) => postfix(stack, "smtp", { tls: keyPair, more: ["mynetworks = 127.0.0.0/8", RELAYS] }),
    codes: ["smtp-relays-here"],
    without: ["smtp-open-relay"],
  },
]);
