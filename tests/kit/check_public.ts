import { makeCertificate } from "./certificates.ts";
import { changed } from "./check_machine_setups.ts";
import type { CheckedSetup, CheckSetup } from "./check_setup.ts";
import { startNsd } from "./nsd.ts";
import { freePort } from "./port.ts";
import { POSTFIX, startPostfix } from "./postfix.ts";
import { keyPair } from "./sink_certificate.ts";
import { startUnbound } from "./unbound.ts";

/** Addresses of RFC 5737, which stand for those of servers on the Internet. */
const [MAIL, NAMES] = ["198.51.100.1", "203.0.113.5"];
const MX = await makeCertificate({ names: ["mx.example.test"] });
const TLS = { tls: { caCerts: [keyPair.cert] } };

/** Gives this machine both addresses. */
async function onInternet(stack: AsyncDisposableStack): Promise<void> {
  const each = (verb: string) => [MAIL, NAMES].map((address) => `ip addr ${verb} ${address}/32 dev lo`).join("; ");
  await changed(stack, each("add"), each("del"));
}

const ANYONE = ["mynetworks = 0.0.0.0/0", "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination"];
/** Records of the root that unbound has by itself. */
const ROOT = 'local-data: ". 300 NS a.root.test."';

/** A mail domain with a name server and a mail server at public addresses, and these records about DMARC. */
async function mailDomain(stack: AsyncDisposableStack, accepted: boolean): Promise<CheckedSetup> {
  await onInternet(stack);
  const head = `@ 300 IN SOA ns host 1 3600 600 86400 60\n@ NS ns\nns A ${NAMES}\n`;
  const zones = {
    "example.test.": `${head}@ MX 10 mx\nmx A ${MAIL}\n@ TXT "v=spf1 mx -all"\n` +
      '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@reports.example"\n',
    "reports.example.": `${head}${accepted ? 'example.test._report._dmarc TXT "v=DMARC1"\n' : ""}`,
    "100.51.198.in-addr.arpa.": `${head}1 PTR mx.example.test.\n`,
  };
  const port = freePort();
  stack.use(await startNsd(zones, { address: NAMES, port }));
  stack.use(await startPostfix({ tls: MX, host: "mx.example.test", address: MAIL, port: 25 }));
  return {
    target: "mail:example.test",
    options: { servers: [{ protocol: "udp", host: NAMES, port }], tls: { caCerts: [MX.cert] } },
  };
}

/** Set-ups of servers that anyone on the Internet reaches. */
export const PUBLIC_SETUPS: readonly CheckSetup[] = [
  {
    name: "open relay at a public address",
    peers: POSTFIX,
    async start(stack) {
      await onInternet(stack);
      const { smtp } = stack.use(await startPostfix({ tls: keyPair, address: MAIL, more: ANYONE }));
      return { target: `smtp://localhost:${smtp}`, options: { ...TLS, resolve: [rule(smtp)] } };
    },
    broken: ["application", "smtp-open-relay"],
  },
  {
    name: "closed relay at a public address",
    peers: POSTFIX,
    async start(stack) {
      await onInternet(stack);
      const { smtp } = stack.use(await startPostfix({ tls: keyPair, address: MAIL }));
      return { target: `smtp://localhost:${smtp}`, options: { ...TLS, resolve: [rule(smtp)] } };
    },
    codes: ["tls-trusted"],
    without: ["smtp-open-relay", "smtp-relays-here"],
  },
  {
    name: "open resolver at a public address",
    peers: ["unbound"],
    async start(stack) {
      await onInternet(stack);
      const port = freePort();
      const lines = [`interface: ${NAMES}@${port}`, "access-control: 0.0.0.0/0 allow", ROOT];
      stack.use(await startUnbound(keyPair, lines));
      return { target: `dns://${NAMES}:${port}` };
    },
    codes: ["dns-open-resolver"],
    without: ["dns-recursive"],
  },
  {
    name: "closed resolver at a public address",
    peers: ["unbound"],
    async start(stack) {
      await onInternet(stack);
      const port = freePort();
      stack.use(await startUnbound(keyPair, [`interface: ${NAMES}@${port}`, "access-control: 0.0.0.0/0 refuse", ROOT]));
      return { target: `dns://${NAMES}:${port}` };
    },
    codes: ["dns-refuses"],
    without: ["dns-open-resolver", "dns-recursive"],
  },
  {
    name: "DMARC reports to a domain that does not accept them, at public addresses",
    peers: ["nsd", ...POSTFIX],
    start: (stack) => mailDomain(stack, false),
    codes: ["dmarc-report-unauthorised", "mx-ptr", "starttls-offered"],
  },
  {
    name: "DMARC reports to a domain that accepts them, at public addresses",
    peers: ["nsd", ...POSTFIX],
    start: (stack) => mailDomain(stack, true),
    codes: ["dmarc-valid", "mx-ptr", "starttls-offered"],
    without: ["dmarc-report-unauthorised"],
  },
];

/** The address of the mail server for a name. */
function rule(port: number) {
  return { host: "localhost", port, addresses: [MAIL] };
}
