/** Equivalents of options of swaks, sendmail and mailx. */
export const SEND_HINTS: Readonly<Record<string, string>> = {
  "-p": "use --server HOST:PORT",
  "--port": "use --server HOST:PORT",
  "--auth-password": "use --password-file FILE",
  "--attach-type": "the media type follows from the file name",
  "--attach-body": "use --text, --html or stdin for the body",
  "--data": "use --eml-in FILE for a complete message",
  "-d": "use --eml-in FILE for a complete message",
  "--quit-after": "use --dry-run to print the message without sending it",
  "-q": "use --dry-run to print the message without sending it",
  "--protocol": "choose TLS with --tls",
  "--copy-routing": "name the server with --server (-S)",
};

/** Equivalents of options of curl, fetchmail, mpop and getmail. */
export const READ_HINTS: Readonly<Record<string, string>> = {
  "-p": "put the protocol into the URL: pop3s://HOST",
  "--protocol": "put the protocol into the URL: pop3s://HOST",
  "--port": "put the port into the URL: pop3s://HOST:PORT",
  "-X": "name messages behind the URL: mail read URL 3",
  "-l": "use --max-size SIZE",
  "-o": "use --save FILE",
  "--output": "use --save FILE",
  "--mda": "use --save FOLDER --as maildir",
  "-a": "name all messages: mail read URL all",
  "--all": "name all messages: mail read URL all",
  "--uidl": "use --new --state FILE",
  "--only-new": "use --new --state FILE",
  "--mailbox": "use --folder NAME",
  "-r": "use --folder NAME",
  "--watch": "use --idle",
};

/** Hints about clients that `mail sink` has rejected, by the code of the error. */
export const SINK_FAULT_HINTS: Readonly<Record<string, string>> = {
  "forbidden-host": "accept requests for this host name with --allow-host NAME",
};

const SEND = "toucan mail send -S smtp://HOST sends mail";
const GET = "toucan get downloads from http, https, ftp and ftps";
const READ = "toucan mail read reads mail";

/** Hints about schemes that `mail read` does not support. */
export const SOURCE_SCHEME_HINTS: Readonly<Record<string, string>> = {
  ...{ smtp: SEND, smtps: SEND, submission: SEND, submissions: SEND },
  ...{ http: GET, https: GET, ftp: GET, ftps: GET },
  ...{
    pop: "use pop3://HOST",
    pops: "use pop3s://HOST",
    news: "use nntp://HOST/GROUP",
    snews: "use nntps://HOST/GROUP",
  },
};

/** Hints about schemes of a server that `mail send` does not support. */
export const SERVER_SCHEME_HINTS: Readonly<Record<string, string>> = {
  ...{ pop3: READ, pop3s: READ, imap: READ, imaps: READ },
  ...{ news: "use nntp://HOST with --newsgroup GROUP", snews: "use nntps://HOST with --newsgroup GROUP" },
  ...{ http: "use smtp://HOST or smtps://HOST", https: "use smtp://HOST or smtps://HOST" },
};
