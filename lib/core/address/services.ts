/** Ports of TCP and UDP services, by common names of the IANA registry; no file of the system is read. */
const PORTS: Readonly<Record<string, number>> = {
  "echo": 7,
  "discard": 9,
  "daytime": 13,
  "ftp-data": 20,
  "ftp": 21,
  "ssh": 22,
  "telnet": 23,
  "smtp": 25,
  "time": 37,
  "whois": 43,
  "domain": 53,
  "tftp": 69,
  "gopher": 70,
  "finger": 79,
  "http": 80,
  "kerberos": 88,
  "pop3": 110,
  "sunrpc": 111,
  "nntp": 119,
  "ntp": 123,
  "imap": 143,
  "snmp": 161,
  "bgp": 179,
  "irc": 194,
  "ldap": 389,
  "https": 443,
  "submissions": 465,
  "syslog": 514,
  "ipp": 631,
  "submission": 587,
  "ldaps": 636,
  "domain-s": 853,
  "rsync": 873,
  "ftps": 990,
  "imaps": 993,
  "pop3s": 995,
  "socks": 1080,
  "mqtt": 1883,
  "nfs": 2049,
  "mysql": 3306,
  "ms-wbt-server": 3389,
  "stun": 3478,
  "sip": 5060,
  "xmpp-client": 5222,
  "postgresql": 5432,
  "amqp": 5672,
  "redis": 6379,
  "ircs-u": 6697,
  "secure-mqtt": 8883,
  "nntps": 563,
};

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(PORTS).map(([name, port]) => [port, name]));

/** Returns the port of a service by its name in the IANA registry, such as 80 for `http`, if it is in the built-in table. */
export function servicePort(name: string): number | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(PORTS, key) ? PORTS[key] : undefined;
}

/** Returns the registered service name of a port, if it is in the built-in table. */
export function serviceName(port: number): string | undefined {
  return NAMES.get(port);
}
