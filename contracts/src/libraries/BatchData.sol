// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettlement} from "../interfaces/ISettlement.sol";
import {BatchHeader} from "../types/BatchHeader.sol";

/// Is the data a batch commits to in this very transaction? As calldata, or in its blobs; the enclave has signed for both.
library BatchData {
    function check(BatchHeader calldata header, bytes calldata data) internal view {
        if (data.length != 0) {
            bytes32 dataHash = keccak256(data);
            require(dataHash == header.dataHash, ISettlement.DataMismatch(header.dataHash, dataHash));
        } else {
            bytes32 hash = blobsHash();
            require(hash == header.blobsHash, ISettlement.BlobsMismatch(header.blobsHash, hash));
        }
    }

    /// keccak256 over the versioned hashes of all blobs of the transaction. More blobs than the header knows, or others, or the same
    /// in another order give another hash.
    function blobsHash() private view returns (bytes32 hash) {
        require(blobhash(0) != 0, ISettlement.DataMissing());
        assembly ("memory-safe") {
            // Beyond the free memory pointer, which does not move: at most a handful of words, forgotten at once.
            let start := mload(0x40)
            let count := 0
            for { let versioned := blobhash(0) } versioned { versioned := blobhash(count) } {
                mstore(add(start, shl(5, count)), versioned)
                count := add(count, 1)
            }
            hash := keccak256(start, shl(5, count))
        }
    }
}
