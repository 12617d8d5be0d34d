// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Signature} from "./Signature.sol";

/// @notice A usage statement with its signature. The channel and its parties come from the terms beside it.
/// Where a unit is optional, `bytesUsed == 0` means that none is shown: such a unit could raise nothing.
/// @param index Counts the signer's units from 1; of no meaning to the contract.
/// @param bytesUsed Cumulative bytes of the channel, in whole KB.
/// @param timestamp Unix milliseconds; of no meaning to the contract.
/// @param counterUnit hashStruct of the other side's newest unit; of no meaning to the contract.
/// @param signature The signer's, over the UsageUnit digest.
struct SignedUnit {
    uint64 index;
    uint64 bytesUsed;
    uint64 timestamp;
    bytes32 counterUnit;
    Signature signature;
}
