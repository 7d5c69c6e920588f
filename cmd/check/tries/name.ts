import type { Finding, Target } from "../../../lib/check/mod.ts";
import type { Tries, Try } from "./try.ts";

const text = (value: Finding["data"][string]) => typeof value === "string" ? value : "";
const list = (value: Finding["data"][string]): readonly string[] => Array.isArray(value) ? value : [];

/** Returns a command with a name: none for a name, which zone owners choose, that has other than plain letters. */
const named = (value: Finding["data"][string], line: (name: string) => string): readonly string[] => {
  const name = text(value);
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/.test(name) ? [line(name)] : [];
};

/** The servers of a finding, as options. */
const serversOf = (value: Finding["data"][string]) =>
  list(value).filter((server) => /^[\w[][\w.:[\]/#-]{0,252}$/.test(server)).map((server) => ` --server ${server}`).join(
    "",
  );

const details: Try = ({ name }) => named(name, (name) => `resolve --details ${name}`);
const compare: Try = ({ name }) => named(name, (name) => `resolve --trace ${name}`);
const delegation: Try = ({ name }) => named(name, (name) => `resolve --trace-delegation ${name}`);
const eachFamily: Try = ({ name }) => named(name, (name) => `resolve --type A,AAAA --details ${name}`);
const absolute: Try = ({ name }) => named(name, (name) => `resolve --type A,AAAA ${name}.`);
const serverAlone: Try = ({ server }) => [`resolve${serversOf([text(server)])} --type NS .`];
const thisMachine = (target: Target): readonly string[] => target.kind === "machine" ? [] : ["check"];

const servers: Try = ({ servers }, target) => [`resolve${serversOf(servers)} --type NS .`, ...thisMachine(target)];

/** Commands for findings about names. */
export const NAME_TRIES: Tries = {
  "resolvers-silent": servers,
  "resolvers-unreachable": servers,
  "local-resolver-dead": servers,
  "resolvers-deny-all": servers,
  "resolvers-malformed": ({ name, servers }) =>
    named(name, (name) => `resolve --details --trace${serversOf(servers)} ${name}`),
  "resolvers-refuse": ({ name, servers }) => named(name, (name) => `resolve --details${serversOf(servers)} ${name}`),
  "resolvers-without-root": (data, target) => [
    `resolve${serversOf(data.servers)} --type NS .`,
    ...delegation(data, target),
  ],
  "resolver-silent": serverAlone,
  "resolver-slow": serverAlone,
  "resolver-without-root": serverAlone,
  "name-not-found": details,
  "lookup-timed-out": compare,
  "name-does-not-exist": delegation,
  "name-without-address": eachFamily,
  "name-servfail": (data, target) => [
    ...delegation(data, target),
    ...named(data.name, (name) => `resolve --validate ${name}`),
  ],
  "alias-dangling": ({ name, target }) => [
    ...named(name, (name) => `resolve --type CNAME ${name}`),
    ...named(target, (target) => `resolve --trace-delegation ${target}`),
  ],
  "no-address-of-family": eachFamily,
  "lookup-disagrees": absolute,
  "lookup-waits": eachFamily,
  "name-blocked": eachFamily,
  "name-blocked-here": absolute,
  "hosts-file-override": absolute,
  "search-list-surprise": absolute,
  "system-differs": absolute,
  "family-denied": eachFamily,
  "family-fails": eachFamily,
  "resolver-denies-name": eachFamily,
  "https-hints-differ": ({ name }) => named(name, (name) => `resolve --type HTTPS,A,AAAA ${name}`),
  "dnssec-bogus": ({ name }) => named(name, (name) => `resolve --validate ${name}`),
  "nxdomain-hijacked": ({ server }) => [`resolve${serversOf([text(server)])} no-such-name.invalid.`],
};
