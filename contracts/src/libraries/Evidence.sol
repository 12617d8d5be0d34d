// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {IPaymentChannels} from "../interfaces/IPaymentChannels.sol";
import {SignedUnit} from "../types/SignedUnit.sol";
import {Terms} from "../types/Terms.sol";
import {Limits} from "./Limits.sol";
import {Signatures} from "./Signatures.sol";

/// @title Evidence checks
/// @notice What the contract asks of a unit: whole KB and a signature. Index, timestamp and counter unit are signed
/// but not judged; only bytesUsed decides, so a fresh unit with a huge index and few bytes shuts nothing out.
library Evidence {
    /// @dev EIP-712 type hash of UsageUnit.
    bytes32 internal constant TYPE_HASH = keccak256(
        "UsageUnit(bytes32 channelId,uint64 index,uint64 bytesUsed,address consumer,address provider,uint64 timestamp,bytes32 counterUnit)"
    );

    /// @notice The hashStruct of a unit of the channel `channelId` with `terms`.
    function structHash(SignedUnit calldata unit, Terms calldata terms, bytes32 channelId)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(
            abi.encode(
                TYPE_HASH,
                channelId,
                unit.index,
                unit.bytesUsed,
                terms.consumer,
                terms.provider,
                unit.timestamp,
                unit.counterUnit
            )
        );
    }

    /// @notice Who signed the unit, or why it is not acceptable from anyone.
    function signerOf(SignedUnit calldata unit, Terms calldata terms, bytes32 channelId, bytes32 domainSeparator)
        internal
        pure
        returns (address signer, bytes memory refusal)
    {
        if (unit.bytesUsed % Limits.BYTES_PER_KB != 0) {
            refusal = abi.encodeWithSelector(IPaymentChannels.BytesNotWholeKB.selector, unit.bytesUsed);
            return (signer, refusal);
        }
        bytes32 digest = MessageHashUtils.toTypedDataHash(domainSeparator, structHash(unit, terms, channelId));
        return Signatures.recover(digest, unit.signature);
    }

    /// @notice The KB that the unit states, clipped to the capacity.
    function clippedKB(SignedUnit calldata unit, uint48 capacityKB) internal pure returns (uint48) {
        uint256 statedKB = unit.bytesUsed / Limits.BYTES_PER_KB;
        return statedKB < capacityKB ? uint48(statedKB) : capacityKB;
    }
}
