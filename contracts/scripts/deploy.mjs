#!/usr/bin/env node
// Deploys the token, the payment channels with their proxy registry and, if asked, the development faucet to any RPC
// endpoint, checks what it deployed, and writes the deployment file that silos and edges read.
import { execFileSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { native } from "./native.mjs";

const USAGE = `usage: deploy.mjs --rpc-url URL --out FILE [options]
The deployer's key comes from the environment variable TACHYON_DEPLOYER_KEY (0x and 64 hex digits), or from
--keystore FILE with --password-file FILE.
  --token ADDRESS          an existing token, of which the deployer holds at least 10,000 base units
  --supply TOKENS          whole tokens to make for the deployer    (1000000000; without --token)
  --confirm-timeout S      seconds that a provider has to confirm   (18000)
  --challenge-period S     seconds between close and settlement     (43200)
  --proxy-bond TOKENS      whole tokens that a proxy posts          (1000)
  --leaving-delay S        seconds until a leaving proxy's bond     (604800)
  --faucet TOKENS          development only: deploy a faucet that gives this much, filled for 1,000 requests
  --faucet-interval S      seconds between requests of one account  (3600)`;

const UNIT = 10n ** 18n;
const FAUCET_DRIPS = 1000n;
const ZERO = `0x${"0".repeat(40)}`;
const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const options = readOptions();
const deployment = deploy(options);
verify(deployment, options);
// Renamed into place: a reader never sees half a file.
writeFileSync(`${options.out}.tmp`, `${JSON.stringify(deployment, null, 2)}\n`);
renameSync(`${options.out}.tmp`, options.out);
console.log(`deployed to chain ${deployment.chainId}: ${options.out}`);

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        "rpc-url": { type: "string" },
        out: { type: "string" },
        keystore: { type: "string" },
        "password-file": { type: "string" },
        token: { type: "string" },
        supply: { type: "string", default: "1000000000" },
        "confirm-timeout": { type: "string", default: "18000" },
        "challenge-period": { type: "string", default: "43200" },
        "proxy-bond": { type: "string", default: "1000" },
        "leaving-delay": { type: "string", default: "604800" },
        faucet: { type: "string", default: "0" },
        "faucet-interval": { type: "string", default: "3600" },
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    fail(`${error.message}\n${USAGE}`);
  }
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const key = process.env.TACHYON_DEPLOYER_KEY;
  if (!values["rpc-url"] || !values.out) fail(USAGE);
  if (!key && !values.keystore) fail("TACHYON_DEPLOYER_KEY is not set and no --keystore is given");
  if (key && values.keystore) fail("give either TACHYON_DEPLOYER_KEY or --keystore, not both");
  if (key && !/^0x[0-9a-fA-F]{64}$/.test(key)) fail("TACHYON_DEPLOYER_KEY is not 0x and 64 hex digits");
  if (values.keystore && !values["password-file"]) fail("--keystore needs --password-file");
  if (values.token && !/^0x[0-9a-fA-F]{40}$/.test(values.token)) fail(`--token ${values.token} is not an address`);
  return {
    rpcUrl: values["rpc-url"],
    out: resolve(values.out),
    keystore: values.keystore,
    passwordFile: values["password-file"],
    token: values.token ?? ZERO,
    supply: whole(values.supply, "supply") * UNIT,
    confirmTimeout: whole(values["confirm-timeout"], "confirm-timeout"),
    challengePeriod: whole(values["challenge-period"], "challenge-period"),
    proxyBond: whole(values["proxy-bond"], "proxy-bond") * UNIT,
    leavingDelay: whole(values["leaving-delay"], "leaving-delay"),
    faucet: whole(values.faucet, "faucet") * UNIT,
    faucetInterval: whole(values["faucet-interval"], "faucet-interval"),
  };
}

function deploy(options) {
  const args = ["script", "script/Deploy.s.sol:Deploy", "--root", root, "--rpc-url", options.rpcUrl];
  args.push("--broadcast", "--slow", "--non-interactive", "--json");
  if (options.keystore) {
    const wallet = ["--keystore", resolve(options.keystore), "--password-file", resolve(options.passwordFile)];
    args.push(...wallet, "--sender", tool("cast", ["wallet", "address", ...wallet]).trim());
  }
  const output = tool("forge", args, {
    DEPLOY_TOKEN: options.token,
    DEPLOY_SUPPLY: options.supply,
    DEPLOY_CONFIRM_TIMEOUT: options.confirmTimeout,
    DEPLOY_CHALLENGE_PERIOD: options.challengePeriod,
    DEPLOY_PROXY_BOND: options.proxyBond,
    DEPLOY_LEAVING_DELAY: options.leavingDelay,
    DEPLOY_FAUCET: options.faucet,
    DEPLOY_FAUCET_INTERVAL: options.faucetInterval,
    DEPLOY_FAUCET_DRIPS: FAUCET_DRIPS,
  });
  const lines = output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const returned = lines.find((line) => line.returns?.channels)?.returns;
  if (!returned) fail(`forge named no addresses:\n${output}`);
  const receipts = lines.filter((line) => line.contract_address);
  const escrow = receipts.find((line) => same(line.contract_address, returned.channels.value));
  if (!escrow) fail(`forge showed no receipt for ${returned.channels.value}:\n${output}`);
  const result = {
    chainId: Number(call(options, ["chain-id"])),
    token: returned.token.value,
    paymentChannels: returned.channels.value,
    proxyRegistry: returned.channels.value,
    deployedAtBlock: Number(escrow.block_number),
  };
  if (returned.faucet.value !== ZERO) result.faucet = returned.faucet.value;
  return result;
}

// The constructor has already moved and burned real tokens; this asks the chain whether the right thing is there.
function verify(deployment, options) {
  const at = (signature) => call(options, ["call", deployment.paymentChannels, signature]).split(" ")[0];
  const expect = (what, actual, expected) => {
    if (!same(String(actual), String(expected))) fail(`${what} on chain is ${actual}, expected ${expected}`);
  };
  expect("token", at("token()(address)"), deployment.token);
  expect("confirm timeout", at("confirmTimeout()(uint256)"), options.confirmTimeout);
  expect("challenge period", at("challengePeriod()(uint256)"), options.challengePeriod);
  expect("proxy bond", at("proxyBond()(uint256)"), options.proxyBond);
  expect("leaving delay", at("leavingDelay()(uint256)"), options.leavingDelay);
}

function call(options, args) {
  return tool("cast", [...args, "--rpc-url", options.rpcUrl]).trim();
}

function tool(name, args, settings = {}) {
  const env = { ...process.env };
  for (const [key, value] of Object.entries(settings)) env[key] = String(value);
  try {
    return execFileSync(native(name), args, {
      cwd: root,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    fail(`${error.stderr}`.trim() || error.message);
  }
}

function whole(text, name) {
  if (!/^[0-9]{1,30}$/.test(text)) fail(`--${name} ${text} is not a whole number`);
  return BigInt(text);
}

function same(left, right) {
  return left.toLowerCase() === right.toLowerCase();
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
