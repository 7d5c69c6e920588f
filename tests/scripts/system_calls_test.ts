import { assertEquals } from "@std/assert";
import { forbiddenCalls, hasEnd, type Permitted } from "../kit/system_calls.ts";

const CALL: Permitted = {
  program: "/opt/toucan-get",
  cwd: "/home/ada",
  words: ["-o", "page.html", "--cacert", "tls/ca.pem", "http://127.0.0.1:8123/"],
  reads: ["list.txt"],
  writes: ["kept"],
  net: true,
};
const EXEC = 'execve("/opt/toucan-get", ["/opt/toucan-get", "-o", "page.html"], 0x7ffe /* 35 vars */) = 0';
const to = (port: number, host = "127.0.0.1") =>
  `connect(16, {sa_family=AF_INET, sin_port=htons(${port}), sin_addr=inet_addr("${host}")}, 16) = -1 EINPROGRESS`;

/** System calls, and whether the call may make them. */
const CALLS: readonly (readonly [call: string, permitted: boolean])[] = [
  ['openat(AT_FDCWD, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3', true],
  ['openat(AT_FDCWD, "/lib/x86_64-linux-gnu/libc.so.6", O_RDONLY|O_CLOEXEC) = 3', true],
  ['openat(AT_FDCWD, "/proc/self/maps", O_RDONLY|O_CLOEXEC) = 3', true],
  ['openat(AT_FDCWD, "/dev/urandom", O_RDONLY) = 9', true],
  ['openat(AT_FDCWD, "/opt/toucan-get", O_RDONLY) = 9', true],
  ['openat(AT_FDCWD, "/etc/hosts", O_RDONLY|O_CLOEXEC) = 15', true],
  ['openat(AT_FDCWD, "/home/ada/list.txt", O_RDONLY|O_CLOEXEC) = 15', true],
  ['openat(AT_FDCWD, "/home/ada/tls/ca.pem", O_RDONLY|O_CLOEXEC) = 15', true],
  ['openat(AT_FDCWD, "/home/ada/page.html.part", O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC, 0666) = 15', true],
  ['openat(AT_FDCWD, "/home/ada/kept/a", O_WRONLY|O_CREAT, 0666) = 15', true],
  ['linkat(AT_FDCWD, "/home/ada/page.html.part", AT_FDCWD, "/home/ada/page.html", 0) = 0', true],
  ['unlink("/home/ada/page.html.part") = 0', true],
  ['openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 15', false],
  ['openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC <unfinished ...>', false],
  ['openat(AT_FDCWD, "/root/.ssh/id_ed25519", O_RDONLY) = -1 ENOENT (No such file or directory)', false],
  ['openat(AT_FDCWD, "/proc/self/environ", O_RDONLY) = 15', false],
  ['openat(AT_FDCWD, "/opt/toucan-get", O_RDWR) = 9', false],
  ['openat(AT_FDCWD, "/home/ada/list.txt", O_RDWR) = 15', false],
  ['openat(AT_FDCWD, "/home/ada/other.txt", O_RDONLY) = 15', false],
  ['openat(AT_FDCWD, "../bob/a", O_RDONLY) = 15', false],
  ['openat(AT_FDCWD, "/home/ada/kept/../../bob/a", O_WRONLY|O_CREAT, 0666) = 15', false],
  ['openat(AT_FDCWD, "/tmp/x", O_WRONLY|O_CREAT, 0666) = 15', false],
  ['rename("/home/ada/page.html.part", "/tmp/page.html") = 0', false],
  ['unlink("/home/ada/list.txt") = 0', false],
  ['mkdir("/home/ada/tls", 0777) = 0', true],
  ['mkdir("/home/ada/new", 0777) = 0', false],
  ['symlink("/etc/passwd", "/home/ada/other") = 0', false],
  ['chmod("/home/ada/other", 0666) = 0', false],
  ["socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_IP) = 16", true],
  [to(8123), true],
  [to(9), false],
  [to(8123, "192.0.2.7"), false],
  [
    'connect(16, {sa_family=AF_INET6, sin6_port=htons(8123), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
    true,
  ],
  [
    'connect(16, {sa_family=AF_INET6, sin6_port=htons(8123), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
    false,
  ],
  ['connect(15, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT', true],
  ['connect(15, {sa_family=AF_UNIX, sun_path="/run/docker.sock"}, 110) = 0', false],
  ['execve("/bin/sh", ["sh", "-c", "id"], 0x7ffe /* 35 vars */) = 0', false],
  ["ptrace(PTRACE_ATTACH, 1) = 0", false],
];

for (const [call, permitted] of CALLS) {
  Deno.test(`forbiddenCalls: ${call.slice(0, 100)} is ${permitted ? "permitted" : "not"}`, () => {
    const found = forbiddenCalls(`100 ${EXEC}\n101 ${call}\n100 +++ exited with 0 +++\n`, CALL);
    assertEquals(found.length, permitted ? 0 : 1, found.join("\n"));
  });
}

Deno.test("hasEnd: of a process id of any length", () => {
  assertEquals(hasEnd(`31234 ${EXEC}\n31240 +++ exited with 0 +++\n`, "31234"), false);
  assertEquals(hasEnd(`31234 ${EXEC}\n31234 +++ exited with 0 +++\n`, "31234"), true);
  assertEquals(hasEnd(`99    ${EXEC}\n99    +++ killed by SIGKILL +++\n`, "99"), true);
});

Deno.test("forbiddenCalls: a call without the network has no socket, and reads nothing of the name lookup", () => {
  const offline = { ...CALL, net: false };
  const calls = ["socket(AF_INET, SOCK_DGRAM, 0) = 3", 'openat(AT_FDCWD, "/etc/hosts", O_RDONLY) = 3', to(8123)];
  assertEquals(forbiddenCalls([EXEC, ...calls].map((call) => `7 ${call}\n`).join(""), offline).length, 3);
});
