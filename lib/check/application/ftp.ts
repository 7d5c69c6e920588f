import { ipVersion } from "../../core/mod.ts";
import { type Finding, found } from "../words/findings.ts";
import { FTP_DIALECT } from "./dialects/ftp.ts";
import { lineProbe } from "./lines/line_probe.ts";
import { cut } from "../words/cut.ts";

/** A session with an FTP server, as an anonymous user if that is permitted. */
export const ftpProbe = lineProbe({
  name: "ftp",
  protocol: "FTP",
  dialect: () => FTP_DIALECT,
  judge({ extra, secured }, { address, tls }) {
    const findings: Finding[] = [];
    const { passiveAddress } = extra;
    if (typeof passiveAddress === "string" && ipVersion(address.address) === 4 && passiveAddress !== address.address) {
      findings.push(found("ftp-passive-address", { control: address.address, passive: passiveAddress }));
    }
    if (tls !== "direct" && !secured && extra.asksPassword === true) {
      findings.push(found("login-in-clear", { protocol: "FTP", ways: ["USER"] }));
    }
    if (extra.needsTls === true) findings.push(found("ftp-needs-tls", { text: cut(String(extra.login)) }));
    if (extra.anonymous === true) findings.push(found("ftp-anonymous", {}));
    return findings;
  },
});
