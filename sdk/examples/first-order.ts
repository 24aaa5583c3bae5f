import { connect, simulatedTrust } from "@sealbook/sdk";
import { Wallet } from "ethers";

const { VENUE_URL: url = "http://127.0.0.1:8080", WALLET_KEY = "", PKI_SEED: pkiSeed = "" } = process.env;
const { REGISTRY: registry = "", SETTLEMENT: settlement = "", MRENCLAVE: mrEnclave = "any" } = process.env;
const trust = simulatedTrust({ venue: { chainId: 31_337n, registry, settlement }, pkiSeed, mrEnclave });

const client = await connect({ url, wallet: new Wallet(WALLET_KEY), trust });
client.on("fill", ({ lots, priceTicks }) => console.log(`filled ${lots} at ${priceTicks}`));
const order = await client.place({ instrument: 1, side: "buy", priceTicks: 100, lots: 1 });
console.log(`${order.status} at sequence ${order.sequence}`);
client.close();
