// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {IPaymentChannels} from "./interfaces/IPaymentChannels.sol";
import {ProxyRegistry} from "./ProxyRegistry.sol";
import {Limits} from "./libraries/Limits.sol";
import {TermsRules} from "./libraries/TermsRules.sol";
import {ChannelView, PackedChannel, Status} from "./types/Channel.sol";
import {Terms} from "./types/Terms.sol";

/// @title The store of channels
/// @notice Channels in storage, their ids and the views.
abstract contract ChannelStore is IPaymentChannels, ProxyRegistry, EIP712 {
    using TermsRules for Terms;

    /// @dev Longest period that can be deployed.
    uint256 private constant _MAX_PERIOD = 30 days;

    uint256 internal immutable _CONFIRM_TIMEOUT;
    uint256 internal immutable _CHALLENGE_PERIOD;

    mapping(bytes32 => PackedChannel) internal _channels;

    constructor(uint256 confirmTimeout_, uint256 challengePeriod_) EIP712("Tachyon", "1") {
        _requirePeriod(confirmTimeout_);
        _requirePeriod(challengePeriod_);
        _CONFIRM_TIMEOUT = confirmTimeout_;
        _CHALLENGE_PERIOD = challengePeriod_;
    }

    /// @inheritdoc IPaymentChannels
    function getChannel(bytes32 channelId) external view returns (ChannelView memory) {
        PackedChannel channel = _channels[channelId];
        return ChannelView({
            status: channel.status(),
            capacity: _toBytes(channel.capacityKB()),
            paidBytes: _toBytes(channel.paidKB()),
            consumerBytes: _toBytes(channel.consumerKB()),
            providerBytes: _toBytes(channel.providerKB()),
            deadline: uint40(channel.deadline())
        });
    }

    /// @inheritdoc IPaymentChannels
    function activeChannels(address provider) external view returns (uint256) {
        return _providers[provider].activeDirect();
    }

    /// @inheritdoc IPaymentChannels
    function channelIdOf(Terms calldata terms) external view returns (bytes32) {
        return _channelId(terms, _domainSeparatorV4());
    }

    /// @inheritdoc IPaymentChannels
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc IPaymentChannels
    function token() external view returns (address) {
        return address(_escrowToken());
    }

    /// @inheritdoc IPaymentChannels
    function confirmTimeout() external view returns (uint256) {
        return _CONFIRM_TIMEOUT;
    }

    /// @inheritdoc IPaymentChannels
    function challengePeriod() external view returns (uint256) {
        return _CHALLENGE_PERIOD;
    }

    /// @inheritdoc IPaymentChannels
    function checkpointBytes() external pure returns (uint256) {
        return Limits.CHECKPOINT_BYTES;
    }

    /// @inheritdoc IPaymentChannels
    function maxActiveChannels() external pure returns (uint256) {
        return Limits.MAX_ACTIVE_CHANNELS;
    }

    /// @inheritdoc IPaymentChannels
    function proxyFeePercent() external pure returns (uint256) {
        return Limits.PROXY_FEE_PERCENT;
    }

    /// @inheritdoc IPaymentChannels
    function maxValidity() external pure returns (uint256) {
        return Limits.MAX_VALIDITY;
    }

    /// @inheritdoc IPaymentChannels
    function maxAcceptanceValidity() external pure returns (uint256) {
        return Limits.MAX_ACCEPTANCE_VALIDITY;
    }

    /// @inheritdoc IPaymentChannels
    function maxCapacity() external pure returns (uint256) {
        return Limits.MAX_CAPACITY_KB * Limits.BYTES_PER_KB;
    }

    /// @dev The channel `channelId`, which must be in the status `expected`.
    function _loadIn(bytes32 channelId, Status expected) internal view returns (PackedChannel channel) {
        channel = _channels[channelId];
        if (!channel.isIn(expected)) revert WrongStatus(channelId, channel.status(), expected);
    }

    function _channelId(Terms calldata terms, bytes32 separator) internal pure returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(separator, terms.structHash());
    }

    /// @dev 48 bits of KB are below 2^58 bytes.
    function _toBytes(uint256 countKB) internal pure returns (uint64) {
        unchecked {
            return uint64(countKB * Limits.BYTES_PER_KB);
        }
    }

    function _requirePeriod(uint256 period) private pure {
        if (period == 0 || period > _MAX_PERIOD) revert PeriodOutOfRange(period, _MAX_PERIOD);
    }
}
