import { CURL_TIMES } from "../kit/check_curl.ts";
import { testMachineSetups } from "../kit/check_namespace.ts";

testMachineSetups("curl", CURL_TIMES);
