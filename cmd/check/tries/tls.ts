import { addressOf, type Target } from "../../../lib/check/internal.ts";
import { withPlain } from "./plain.ts";
import type { Tries, Try } from "./try.ts";

/** The handshake by hand, with the certificates that the server presents. */
const handshake: Try = (_, target) => service(target, (address) => [`tcp connect --tls -v ${address}`]);

/** Commands to try about TLS. */
export const TLS_TRIES: Tries = {
  "certificate-expired": handshake,
  "certificate-not-yet-valid": handshake,
  "certificate-wrong-name": handshake,
  "certificate-without-names": handshake,
  "certificate-unknown-authority": (_, target) =>
    service(target, (address) => [`tcp connect --tls --cacert ca.pem ${address}`]),
  "certificate-self-signed": ({ pin }, target) =>
    service(target, (address) => [`tcp connect --tls --pin ${pin} ${address}`]),
  "chain-incomplete": handshake,
  "client-certificate-required": (_, target) =>
    service(target, (address) => [`tcp connect --tls --cert cert.pem --key key.pem ${address}`]),
  "tls-not-spoken": ({ protocol }, target) =>
    target.kind !== "service"
      ? []
      : protocol === "HTTP"
      ? withPlain(target.path, (path) => [`check http://${addressOf(target)}${path}`])
      : [`tcp connect ${addressOf(target)}`],
  "tls-stalled": handshake,
  "tls-cut": handshake,
  "tls-failed": handshake,
};

function service(target: Target, lines: (address: string) => readonly string[]): readonly string[] {
  return target.kind === "service" ? lines(addressOf(target)) : [];
}
