// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SignerRecord} from "../src/types/RegistryTypes.sol";
import {Venue} from "./builders/Venue.sol";

contract RegisterTest is Venue {
    function test_RegistersAGenuineQuote() public {
        registerSigner(signer);
        SignerRecord memory record = registry.signerOf(signer);
        vm.assertTrue(registry.isActive(signer));
        vm.assertEq(record.configHash, CONFIG_HASH);
        vm.assertEq(record.version, 1);
        vm.assertEq(record.expiresAt, NOW + 30 days);
    }

    function test_Gas() public {
        openFirstEpoch();
        acceptNext();
        depositAs(ALICE, 5e6);
        acceptNext();
    }
}
