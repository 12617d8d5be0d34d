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

    /// @notice Who signed the unit; zero when its signature is malformed.
    function signerOf(SignedUnit calldata unit, Terms calldata terms, bytes32 channelId, bytes32 domainSeparator)
        internal
        pure
        returns (address)
    {
        bytes32 digest = MessageHashUtils.toTypedDataHash(domainSeparator, structHash(unit, terms, channelId));
        return Signatures.recover(digest, unit.signature);
    }

    /// @notice Why the unit is not an acceptable one of `party`; empty when it is.
    function refusal(
        SignedUnit calldata unit,
        Terms calldata terms,
        address party,
        bytes32 channelId,
        bytes32 domainSeparator
    ) internal pure returns (bytes memory reason) {
        if (!isWholeKB(unit.bytesUsed)) {
            return abi.encodeWithSelector(IPaymentChannels.BytesNotWholeKB.selector, unit.bytesUsed);
        }
        address signer = signerOf(unit, terms, channelId, domainSeparator);
        if (signer != party) return Signatures.refusal(signer, unit.signature, party);
    }

    /// @notice Whether a count is in whole KB.
    function isWholeKB(uint64 bytesUsed) internal pure returns (bool) {
        return bytesUsed % Limits.BYTES_PER_KB == 0;
    }

    /// @notice The KB that the unit states, clipped to the capacity.
    function clippedKB(SignedUnit calldata unit, uint256 capacityKB) internal pure returns (uint256) {
        uint256 statedKB = unit.bytesUsed / Limits.BYTES_PER_KB;
        return statedKB < capacityKB ? statedKB : capacityKB;
    }
}
