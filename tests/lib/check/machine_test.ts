import { MACHINE_SETUPS } from "../../kit/check_machine_setups.ts";
import { runMachineSetups } from "../../kit/check_namespace.ts";
import { canMakeMachines } from "../../kit/machine.ts";
import { hasPeer } from "../../kit/peer.ts";

const possible = hasPeer("ip") && hasPeer("nft") && await canMakeMachines();
let running: ReturnType<typeof runMachineSetups> | undefined;

for (const { name } of MACHINE_SETUPS) {
  Deno.test({
    name: possible ? `check: ${name}` : `check: ${name} (left out: no namespaces here)`,
    ignore: !possible,
    async fn() {
      const failure = (await (running ??= runMachineSetups()))[name];
      if (failure !== undefined) throw new Error(failure);
    },
  });
}
