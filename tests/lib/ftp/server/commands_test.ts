import { assert, assertEquals, assertMatch } from "@std/assert";
import { ftpServed, RawFtp } from "../../../kit/ftp_served.ts";

const WHO = { user: "ada", password: "s3cret" };
const FILES = { "a.txt": "hello", "dir/b.txt": "B", "dir/sub/": "", 'q"u': "quote" };

/** Dialogues: commands, and the beginning of each reply. */
const DIALOGUES: Readonly<Record<string, readonly (readonly [command: string, reply: string])[]>> = {
  "before the login": [
    ["NOOP", "200 "],
    ["SYST", "215 UNIX Type: L8"],
    [
      "FEAT",
      "211-Features:\n EPSV\n HASH SHA-256*\n MDTM\n MFMT\n MLST type*;size*;modify*;unique*;UNIX.mode*;\n PASV\n",
    ],
    ["HELP", "214-Commands:\n "],
    ["STAT", "211-Toucan FTP server\n"],
    ["PWD", "530 "],
    ["RETR a.txt", "530 "],
    ["STOR x", "530 "],
    ["PASV", "530 "],
    ["EPSV", "530 "],
    ["SIZE a.txt", "530 "],
    ["STAT a.txt", "530 "],
    ["PASS s3cret", "503 "],
    ["USER", "501 "],
    ["AUTH TLS", "502 "],
    ["PBSZ 0", "503 "],
    ["PROT P", "503 "],
    ["CCC", "533 "],
    ["ACCT x", "202 "],
    ["XYZZY", "500 "],
    ["", "500 "],
    ["12", "500 "],
    ["USER ada", "331 "],
    ["PASS wrong", "530 "],
    ["PASS s3cret", "503 "],
    ["user ada", "331 "],
    ["pass s3cret", "230 "],
    ["PASS again", "202 "],
    ["REIN", "220 "],
    ["PWD", "530 "],
  ],
  "parameters": [
    ["USER ada", "331 "],
    ["PASS s3cret", "230 "],
    ["TYPE I", "200 Switching to Binary"],
    ["TYPE A", "200 Switching to ASCII"],
    ["TYPE A N", "200 Switching to ASCII"],
    ["TYPE L 8", "200 Switching to Binary"],
    ["TYPE E", "504 "],
    ["TYPE", "504 "],
    ["STRU F", "200 "],
    ["STRU R", "504 "],
    ["MODE S", "200 "],
    ["MODE Z", "504 "],
    ["OPTS UTF8 ON", "200 "],
    ["OPTS utf8 on", "200 "],
    ["OPTS UTF8", "200 "],
    ["OPTS UTF8 OFF", "504 "],
    ["OPTS MLST size;type;none;", "200 MLST OPTS type;size;"],
    ["MLST a.txt", "250-Listing /a.txt\n type=file;size=5; /a.txt\n250 End"],
    ["OPTS MLST", "200 MLST OPTS"],
    ["MLST a.txt", "250-Listing /a.txt\n  /a.txt\n250 End"],
    ["OPTS HASH SHA-256", "200 SHA-256"],
    ["OPTS HASH MD5", "501 "],
    ["OPTS", "501 "],
    ["REST 3", "350 "],
    ["REST -1", "501 "],
    ["REST x", "501 "],
    ["REST 99999999999999999", "501 "],
    ["ALLO 10", "200 "],
    ["ALLO 10 R 5", "200 "],
    ["ALLO", "501 "],
    ["PORT 127,0,0,1,4,1", "502 "],
    ["EPRT |1|127.0.0.1|1025|", "502 "],
    ["SITE CHMOD 777 a.txt", "502 "],
    ["EPSV 2", "522 "],
    ["EPSV x", "501 "],
    ["EPSV 1", "229 "],
    ["PASV", "227 Entering Passive Mode (127,0,0,1,"],
    ["EPSV ALL", "200 "],
    ["PASV", "503 "],
    ["EPSV", "229 "],
    ["ABOR", "226 "],
    ["STAT", "211-Toucan FTP server\n"],
    ["RETR none", "550 "],
    ["RETR a.txt", "425 Use EPSV"],
  ],
  "folders": [
    ["USER ada", "331 "],
    ["PASS s3cret", "230 "],
    ["PWD", '257 "/" '],
    ["CWD dir", "250 "],
    ["XPWD", '257 "/dir" '],
    ["CWD sub", "250 "],
    ["CDUP", "250 "],
    ["PWD", '257 "/dir" '],
    ["XCUP", "250 "],
    ["CDUP", "250 "],
    ["PWD", '257 "/" '],
    ["CWD a.txt", "550 Not a directory"],
    ["CWD none", "550 "],
    ["CWD", "501 "],
    ["XCWD /dir/../dir//./sub/", "250 "],
    ["PWD", '257 "/dir/sub" '],
    ["MKD x", '257 "/dir/sub/x" created'],
    ["MKD x", "550 "],
    ['MKD /a"b', '257 "/a""b" created'],
    ["XMKD /none/x", "550 "],
    ["MKD /", "550 "],
    ["MKD /.hidden", "550 "],
    ["RMD x", "550 Permission denied"],
    ["XRMD none", "550 Permission denied"],
    ["STAT /dir", "212-Status of /dir:\n -rw-"],
    ["STAT -la /a.txt", "213-Status of /a.txt:\n -rw-"],
    ["STAT /none", "450 "],
  ],
  "files": [
    ["USER ada", "331 "],
    ["PASS s3cret", "230 "],
    ["SIZE a.txt", "213 5"],
    ["SIZE /dir/b.txt", "213 1"],
    ['SIZE q"u', "213 5"],
    ["SIZE dir", "550 "],
    ["SIZE none", "550 "],
    ["MDTM a.txt", "213 20"],
    ["MDTM dir", "550 "],
    ["MDTM 20200101000000 a.txt", "550 "],
    ["MLST", "250-Listing /\n type=dir;"],
    ["MLST dir/b.txt", "250-Listing /dir/b.txt\n type=file;size=1;"],
    ["MLST none", "550 "],
    ["HASH a.txt", "213 SHA-256 0-4 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824 /a.txt"],
    ["XSHA256 a.txt", "250 2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824"],
    ['XSHA256 "a.txt"', "250 2CF24DBA"],
    ["HASH dir", "550 "],
    ["HASH none", "550 "],
    ["RNFR a.txt", "550 Permission denied"],
    ["RNFR none", "550 No such"],
    ["RNTO b", "503 "],
    ["DELE a.txt", "550 Permission denied"],
    ["DELE none", "550 No such"],
    ["DELE dir", "550 Permission denied"],
    ["MFMT 20200101000000 a.txt", "550 Permission denied"],
    ["MFMT x a.txt", "501 "],
    ["QUIT", "221 "],
    ["NOOP", ""],
  ],
};

for (const [name, lines] of Object.entries(DIALOGUES)) {
  Deno.test(`FTP server: commands, ${name}`, async () => {
    await using site = await ftpServed(FILES, { upload: true, credentials: WHO });
    using client = await RawFtp.connect(site.ftpPort);
    for (const [command, reply] of lines) {
      const answer = await client.ask(command);
      assert(reply === "" ? answer === "" : answer.startsWith(reply), `${command}: ${answer}`);
    }
  });
}

Deno.test("FTP server: a folder without uploads accepts none, and says so", async () => {
  await using site = await ftpServed(FILES);
  using client = await RawFtp.login(site.ftpPort, "anyone", "any");
  assert(!(await client.ask("FEAT")).includes("MFMT"));
  for (const command of ["MKD x", "RMD dir", "DELE a.txt", "RNFR a.txt", "MFMT 20200101000000 a.txt"]) {
    assertMatch(await client.ask(command), /^550 Permission denied: the server accepts no uploads/, command);
  }
  for (const command of ["STOR x", "APPE a.txt", "STOU", "STOR a.txt"]) {
    assertMatch(await client.send(command, "new"), /^550 Permission denied/, command);
  }
});

Deno.test("FTP server: a path with a slash at its end is not that of a file", async () => {
  await using site = await ftpServed(FILES, { upload: true });
  using client = await RawFtp.login(site.ftpPort);
  for (const path of ["a.txt/", "new/", "dir/", "a.txt/.", "dir/sub/.."]) {
    for (const verb of ["STOR", "APPE"]) assertMatch(await client.send(`${verb} ${path}`, "new"), /^553 /, path);
    assertMatch((await client.receive(`RETR ${path}`)).reply, /^553 /, path);
  }
  assertEquals(await Deno.readTextFile(`${site.root}/a.txt`), FILES["a.txt"]);
});

Deno.test("FTP server: listings in all forms, and downloads from any byte", async () => {
  await using site = await ftpServed({ ...FILES, ".hidden": "secret", "dir/sp ace": "12", "dir/ü": "1" });
  Deno.symlinkSync("sub", `${site.root}/dir/link`);
  Deno.symlinkSync("/etc", `${site.root}/dir/etc`);
  Deno.symlinkSync("../b.txt", `${site.root}/dir/sub/to`);
  using client = await RawFtp.login(site.ftpPort);
  const names = async (command: string) => (await client.receive(command)).data.split("\r\n").slice(0, -1).sort();
  assertEquals(await names("NLST"), ["a.txt", "dir", 'q"u']);
  assertEquals(await names("NLST -la"), ["a.txt", "dir", 'q"u']);
  assertEquals(await names("NLST dir/"), ["dir/b.txt", "dir/link", "dir/sp ace", "dir/sub", "dir/Ã¼"]);
  assertEquals(await names("NLST a.txt"), ["a.txt"]);
  for (const command of ["LIST dir", "LIST -a dir", "LIST -la /dir", "list -l dir"]) {
    const lines = await names(command);
    assertEquals(lines.map((line) => line.slice(0, 10)), [
      "-rw-r--r--",
      "-rw-r--r--",
      "-rw-r--r--",
      "drwxr-xr-x",
      "lrwxrwxrwx",
    ]);
    assertMatch(lines.at(-1) ?? "", / link -> sub$/);
  }
  assertMatch((await client.receive("LIST a.txt")).data, /^-rw\S+ +1 ftp +ftp +5 .* a\.txt\r\n$/);
  const facts = await names("MLSD dir");
  assertEquals(facts.length, 5);
  assert(
    facts.some((line) => /^type=file;size=2;modify=\d{14}(?:\.\d+)?;unique=[^;]+;UNIX\.mode=0644; sp ace$/.test(line)),
  );
  // A client that does not know the type of links takes one to a file for a file.
  assertMatch((await names("MLSD dir/sub")).join(), /\btype=OS\.unix=slink:\.\.\/b\.txt;size=1;modify=\S+; to/);
  assert(facts.some((line) => /^type=OS\.unix=slink:sub;modify=\d{14}(?:\.\d+)?; link$/.test(line)));
  assertMatch((await client.receive("MLSD a.txt")).reply, /^501 /);
  for (
    const command of ["LIST none", "NLST none", "MLSD none", "RETR none", "RETR dir", "RETR .hidden", "LIST dir/etc"]
  ) {
    assertMatch((await client.receive(command)).reply, /^550 /, command);
  }
  assertEquals(await client.receive("RETR a.txt"), { data: "hello", reply: "226 Transfer complete" });
  for (const [offset, rest] of [[0, "hello"], [2, "llo"], [5, ""]] as const) {
    assertMatch(await client.ask(`REST ${offset}`), /^350 /);
    assertEquals((await client.receive("RETR a.txt")).data, rest);
  }
  await client.ask("REST 6");
  assertMatch((await client.receive("RETR a.txt")).reply, /^554 Restart position 6 is beyond the end/);
  // It counts for one transfer.
  assertEquals((await client.receive("RETR a.txt")).data, "hello");
  assertEquals((await client.receive("RETR dir/link/../b.txt")).data, "B");
});

Deno.test("FTP server: pipelined commands are answered in order, also behind a transfer", async () => {
  await using site = await ftpServed({ "big": "x".repeat(5_000_000), "a.txt": "hello" });
  using client = await RawFtp.connect(site.ftpPort);
  await client.say("USER a\r\nPASS b\r\nSYST\r\nPWD\r\nTYPE I\r\n");
  const replies: string[] = [];
  for (let i = 0; i < 5; i++) replies.push((await client.reply()).slice(0, 3));
  assertEquals(replies, ["331", "230", "215", "257", "200"]);
  using data = await client.open();
  await client.say("RETR big\r\nNOOP\r\nSIZE a.txt\r\nNOOP\r\n");
  let size = 0;
  const piece = new Uint8Array(65536);
  for (let count = await data.read(piece); count !== null; count = await data.read(piece)) size += count;
  assertEquals(size, 5_000_000);
  const codes: string[] = [];
  for (let i = 0; i < 5; i++) codes.push((await client.reply()).slice(0, 3));
  // NOOP may be answered while the transfer runs, SIZE and what is behind it only afterwards.
  assertEquals(codes.filter((code) => code !== "200"), ["150", "226", "213"]);
  assertEquals(codes.at(-1), "200");
});

Deno.test("FTP server: the port is told to a client that sends EPSV and the transfer in one write", async () => {
  await using site = await ftpServed({ "a.txt": "hello" });
  using client = await RawFtp.login(site.ftpPort);
  for (let i = 0; i < 2; i++) {
    await client.say("EPSV\r\nRETR a.txt\r\n");
    const [, port = ""] = /\(\|\|\|(\d+)\|\)/.exec(await client.reply()) ?? [];
    using data = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    assertEquals(await new Response(data.readable).text(), "hello");
    assertMatch(await client.reply(), /^150 /);
    assertMatch(await client.reply(), /^226 /);
  }
});

Deno.test("FTP server: ABOR ends a transfer, with and without the codes of Telnet; STAT tells how far it is", async () => {
  await using site = await ftpServed({ "big": "x".repeat(20_000_000), "a.txt": "hello" });
  using client = await RawFtp.login(site.ftpPort);
  for (const abort of ["ABOR", "\xff\xf4\xff\xf2ABOR", "\xff\xf4\xffABOR", "\xf2abor"]) {
    using data = await client.open();
    assertMatch(await client.ask("RETR big"), /^150 /);
    await data.read(new Uint8Array(1000));
    assertMatch(await client.ask("STAT"), /^211 Transfer in progress: \d+ bytes/);
    assertMatch(await client.ask(abort), /^426 /);
    assertMatch(await client.reply(), /^226 /);
    assertEquals((await client.receive("RETR a.txt")).data, "hello");
  }
  // QUIT lets the transfer end first.
  using data = await client.open();
  await client.say("RETR a.txt\r\nQUIT\r\n");
  assertMatch(await client.reply(), /^150 /);
  assertEquals(await data.read(new Uint8Array(10)), 5);
  assertMatch(await client.reply(), /^226 /);
  assertMatch(await client.reply(), /^221 /);
});

/** Ways of clients to send `ABOR` with a byte of it as urgent data, which the system takes out of the stream. */
const URGENT: Readonly<Record<string, string>> = {
  "Python's ftplib: all of it": 's.send(b"ABOR\\r\\n", socket.MSG_OOB)',
  "inetutils: the codes of Telnet": 's.send(b"\\xff\\xf4\\xff", socket.MSG_OOB); s.send(b"\\xf2ABOR\\r\\n")',
  "lftp: all codes": 's.send(b"\\xff\\xf4\\xff\\xf2", socket.MSG_OOB); s.send(b"ABOR\\r\\n")',
};

for (const [how, send] of Object.entries(URGENT)) {
  Deno.test(`FTP server: ABOR ends a transfer when it is urgent data, ${how}`, async () => {
    await using site = await ftpServed({ "big": "x".repeat(20_000_000) });
    const script = `
import socket
s = socket.create_connection(("127.0.0.1", ${site.ftpPort}), 100)
replies = s.makefile("r")
def ask(command):
    s.sendall(command.encode() + b"\\r\\n")
    return replies.readline()
replies.readline(); ask("USER a"); ask("PASS b")
for _ in range(5):
    data = socket.create_connection(("127.0.0.1", int(ask("EPSV").split("|")[3])), 100)
    ask("RETR big")
    data.recv(1000)
    ${send}
    print(replies.readline()[:3], replies.readline()[:3], ask("NOOP")[:3])
    data.close()
`;
    const { stdout } = await new Deno.Command("python3", { args: ["-c", script] }).output();
    assertEquals(new TextDecoder().decode(stdout), "426 226 200\n".repeat(5));
  });
}
