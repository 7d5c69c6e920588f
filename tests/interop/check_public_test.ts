import { testMachineSetups } from "../kit/check_namespace.ts";
import { PUBLIC_SETUPS } from "../kit/check_public.ts";

testMachineSetups("public", PUBLIC_SETUPS);
