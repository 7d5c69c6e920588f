import { MACHINE_SETUPS } from "../../kit/check_machine_setups.ts";
import { testMachineSetups } from "../../kit/check_namespace.ts";

testMachineSetups("machine", MACHINE_SETUPS);
