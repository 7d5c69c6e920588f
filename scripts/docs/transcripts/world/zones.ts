/** Addresses of the hosts of the examples (RFC 5737, RFC 3849). */
export const ADDRESSES = {
  web: ["192.0.2.7", "2001:db8::7"],
  mail: ["192.0.2.25"],
  dns: ["192.0.2.53"],
  silent: ["192.0.2.99"],
} as const;

/** A record without its name: type, TTL in seconds, and data as `dns-packet` encodes it. */
export type ZoneRecord = readonly [type: string, ttl: number, data: unknown];

/** Records of the names of the examples. */
export const ZONES: Readonly<Record<string, readonly ZoneRecord[]>> = {
  "example.com.": [
    ["A", 300, ADDRESSES.web[0]],
    ["AAAA", 300, ADDRESSES.web[1]],
    ["MX", 3600, { preference: 10, exchange: "mail.example.com" }],
    ["NS", 86400, "ns.example.com"],
    ["TXT", 3600, ["v=spf1 mx -all"]],
    ["CAA", 3600, { flags: 0, tag: "issue", value: "ca.example.net" }],
    ["SOA", 3600, {
      mname: "ns.example.com",
      rname: "hostmaster.example.com",
      serial: 2026112701,
      refresh: 7200,
      retry: 900,
      expire: 1209600,
      minimum: 300,
    }],
  ],
  "github.com.": [["A", 300, ADDRESSES.web[0]]],
  "www.example.com.": [["CNAME", 300, "example.com"]],
  "mail.example.com.": [["A", 300, ADDRESSES.mail[0]]],
  "ns.example.com.": [["A", 86400, ADDRESSES.dns[0]]],
  "_submission._tcp.example.com.": [["SRV", 3600, { priority: 0, weight: 1, port: 587, target: "mail.example.com" }]],
  "7.2.0.192.in-addr.arpa.": [["PTR", 3600, "example.com"]],
  "25.2.0.192.in-addr.arpa.": [["PTR", 3600, "mail.example.com"]],
};

/** Domains whose name servers fail. */
export const BROKEN = ["example.net."];
