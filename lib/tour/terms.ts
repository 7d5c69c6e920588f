/** Term that the tour explains where it first appears. */
export interface Term {
  /** The term. */
  readonly name: string;
  /** Lines in which it appears: sentences of a leg, or lines on the wire. */
  readonly appears: RegExp;
  /** Explanation. */
  readonly text: string;
}

/** Terms of the tour. */
export const TERMS: readonly Term[] = [
  { name: "zone", appears: /\bone zone\b/, text: "the part of the tree of names for which a server has the records." },
  {
    name: "datagram",
    appears: /\bdatagrams?\b/,
    text: "one message of UDP: it arrives whole, or not at all, and the sender does not learn which.",
  },
  {
    name: "authoritative",
    appears: /\bauthoritative\b/,
    text: "the server has the zone, and did not ask another one.",
  },
  {
    name: "TTL",
    appears: /\. \d+ IN /,
    text: "the number before IN: seconds for which a resolver may keep a record before it asks again.",
  },
  {
    name: "NXDOMAIN",
    appears: /\bNXDOMAIN\b/,
    text: "there is no such name. The SOA record in the reply has the seconds for which that may be kept.",
  },
  { name: "AXFR", appears: /^AXFR /, text: "all records of a zone, over TCP: so that a second server can have them." },
  {
    name: "half-close",
    appears: /^FIN: end of data/,
    text:
      "TCP has two directions, and each ends by itself: after its FIN, a side sends nothing more, and can still receive.",
  },
  {
    name: "Host",
    appears: /^Host: /,
    text: "one address can serve many sites: this field names the one that is meant. HTTP/1.1 requires it.",
  },
  {
    name: "Connection: close",
    appears: /^Connection: close$/,
    text: "one request, then the connection ends. Without it, the next request may follow on the same connection.",
  },
  { name: "ETag", appears: /^ETag: /, text: "the name of this version of the file: it changes with the content." },
  {
    name: "If-Range",
    appears: /^If-Range: /,
    text:
      "the rest of the file is asked for only if it is still this version (206): otherwise the server sends all of it (200).",
  },
  {
    name: "Repr-Digest",
    appears: /^Repr-Digest: /,
    text: "the SHA-256 of the whole file, to compare with what has arrived.",
  },
  {
    name: "FEAT",
    appears: /^FEAT$/,
    text: "most of these commands are younger than FTP (1985): the client asks which of them the server has.",
  },
  {
    name: "data connection",
    appears: /^229 /,
    text:
      "FTP moves each file over a connection of its own, to the port in this reply. Its end is the end of the file; the replies stay on the first one, the control connection.",
  },
  {
    name: "CAP",
    appears: /^CAP LS/,
    text:
      "the client asks for extensions of IRC (IRCv3) and names those that it wants. The server completes the registration only after CAP END.",
  },
  {
    name: "001",
    appears: / 001 /,
    text: "registration is complete: the reply to NICK and USER. Replies of IRC are numbers.",
  },
  {
    name: "channel",
    appears: /^JOIN #/,
    text: "its messages reach all clients that have joined it. The first one creates it.",
  },
  {
    name: "PING",
    appears: /^PING /,
    text:
      "each side may ask whether the other is still there; PONG repeats the word. It also shows that all lines before it were read.",
  },
  {
    name: "EHLO",
    appears: /^EHLO /,
    text:
      "the client greets, and the server lists its extensions, one for each line. HELO is the greeting without them.",
  },
  {
    name: "pipelining",
    appears: /^(?:250[ -])?PIPELINING$/,
    text: "the client may send several commands without waiting for the reply to each, which saves round trips.",
  },
  {
    name: "STARTTLS",
    appears: /^(?:a\d+ )?(?:STARTTLS|STLS)$/,
    text:
      "the connection begins readable, and TLS starts on request. The client asks for the extensions again after it (EHLO comes twice): the first list could have been changed on its way.",
  },
  {
    name: "SNI",
    appears: /^certificate 0: /,
    text:
      "a server may have several certificates: it chooses by the host name that the client sends, in the clear, as TLS begins (server name indication).",
  },
  {
    name: "pin",
    appears: /\bverified by pin$/,
    text:
      "the digest of the key of the server, known before: it replaces the authorities that would vouch for the name.",
  },
  {
    name: "envelope",
    appears: /^MAIL FROM:/,
    text: "MAIL FROM and RCPT TO name the sender and the recipients; the fields From and To of the message are text.",
  },
  {
    name: "tag",
    appears: /^a1 /,
    text:
      "each IMAP command begins with one, and the last line of its reply repeats it. Lines with * report something by themselves.",
  },
  { name: "IDLE", appears: /^a\d+ IDLE$/, text: "the client waits: the server may report new messages until DONE." },
  {
    name: "UID",
    appears: /^a\d+ UID /,
    text: "the number of a message that stays, while the others of the mailbox come and go.",
  },
];
