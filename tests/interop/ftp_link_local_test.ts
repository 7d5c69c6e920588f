import { assertEquals } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { canMakeMachines } from "../kit/machine.ts";
import { peerTest } from "../kit/peer.ts";
import { toolArgs } from "../kit/tool.ts";

/** Creates an interface with a link-local address, serves by FTP on it, and runs `curl` until it has connected. */
const SCRIPT = `
ip link set lo up
ip link add near type veth peer name far
ip link set far up
ip link set near up
until ip -6 address show dev near scope link | grep inet6 | grep -qv tentative; do sleep 0.05; done
address=$(ip -6 address show dev near scope link | sed -n 's|.*inet6 \\(fe80[^/]*\\).*|\\1|p')
touch "$TMP/log"
"$@" 2>"$TMP/log" &
server=$!
until grep -q ftp: "$TMP/log"; do kill -0 $server || exit 99; sleep 0.05; done
curl --silent --show-error --globoff "ftp://[$address%25near]:2121/a.txt"
code=$?
kill $server
wait $server
exit $code
`;

if (await canMakeMachines()) {
  peerTest(
    "FTP server: a client on a link-local address gets its data",
    ["ip", "curl"],
    () =>
      withFolder(async (folder) => {
        await Deno.mkdir(`${folder}/root`);
        await Deno.writeTextFile(`${folder}/root/a.txt`, "hello\n");
        const { program, args } = await toolArgs("file", ["serve", "--host", "::", "--ftp", "2121", `${folder}/root`]);
        const { stdout, stderr } = await new Deno.Command("unshare", {
          args: ["--net", "sh", "-c", SCRIPT, "sh", program, ...args],
          env: { TMP: folder },
          stdin: "null",
        }).output();
        const text = new TextDecoder();
        assertEquals([text.decode(stderr), text.decode(stdout)], ["", "hello\n"]);
      }),
  );
} else {
  Deno.test({ name: "FTP server on a link-local address (left out: no own network)", ignore: true, fn: () => {} });
}
