// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

import {ChannelStore} from "./ChannelStore.sol";
import {IPaymentChannels} from "./interfaces/IPaymentChannels.sol";
import {Limits} from "./libraries/Limits.sol";
import {Messages} from "./libraries/Messages.sol";
import {Providers} from "./libraries/Providers.sol";
import {Settlement} from "./libraries/Settlement.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {TermsRules} from "./libraries/TermsRules.sol";
import {PackedChannel, Status} from "./types/Channel.sol";
import {PackedProvider} from "./types/Provider.sol";
import {Signature} from "./types/Signature.sol";
import {Terms} from "./types/Terms.sol";

/// @title The calls before service
/// @notice Open, confirm, decline, expire and top up.
abstract contract ChannelOpening is ChannelStore {
    using Providers for PackedProvider;
    using Providers for mapping(address => PackedProvider);
    using TermsRules for Terms;

    /// @inheritdoc IPaymentChannels
    function open(Terms calldata terms) external nonReentrant returns (bytes32 channelId) {
        _requireConsumer(terms);
        channelId = _channelId(terms, _domainSeparatorV4());
        _open(terms, channelId);
    }

    /// @inheritdoc IPaymentChannels
    function openWithPermit(Terms calldata terms, Permit calldata permit)
        external
        nonReentrant
        returns (bytes32 channelId)
    {
        _requireConsumer(terms);
        Signature calldata signature = permit.signature;
        // A permit that someone else submitted first fails here, yet its allowance stands. If it does not, the
        // transfer says so.
        try IERC20Permit(address(_escrowToken())).permit(
            terms.consumer, address(this), permit.value, permit.deadline, signature.v, signature.r, signature.s
        ) {} catch {}
        channelId = _channelId(terms, _domainSeparatorV4());
        _open(terms, channelId);
    }

    /// @inheritdoc IPaymentChannels
    function openAccepted(Terms calldata terms, uint64 expiry, Signature calldata acceptance)
        external
        nonReentrant
        returns (bytes32 channelId)
    {
        _requireConsumer(terms);
        Messages.requireValidAcceptance(expiry);
        bytes32 separator = _domainSeparatorV4();
        channelId = _channelId(terms, separator);
        Signatures.requireSigner(
            Messages.digest(separator, Messages.ACCEPTANCE, channelId, expiry), acceptance, terms.provider
        );
        uint256 capacityKB = _create(terms, channelId, Status.Active, 0);
        _providers.take(terms.provider, terms.kind);
        emit ChannelConfirmed(channelId);
        _pull(terms.consumer, Settlement.deposit(capacityKB, terms.pricePerMB, terms.kind));
    }

    /// @inheritdoc IPaymentChannels
    function openFor(Terms calldata terms, uint64 validUntil, Signature calldata signature)
        external
        nonReentrant
        returns (bytes32 channelId)
    {
        channelId = _requireSigned(terms, Messages.OPEN, validUntil, signature, terms.consumer);
        _open(terms, channelId);
    }

    /// @inheritdoc IPaymentChannels
    function confirm(Terms calldata terms) external nonReentrant {
        _requireProvider(terms);
        _confirm(terms, _channelId(terms, _domainSeparatorV4()));
    }

    /// @inheritdoc IPaymentChannels
    function confirmFor(Terms calldata terms, uint64 validUntil, Signature calldata signature) external nonReentrant {
        _confirm(terms, _requireSigned(terms, Messages.CONFIRM, validUntil, signature, terms.provider));
    }

    /// @inheritdoc IPaymentChannels
    function decline(Terms calldata terms) external nonReentrant {
        _requireProvider(terms);
        _decline(terms, _channelId(terms, _domainSeparatorV4()));
    }

    /// @inheritdoc IPaymentChannels
    function declineFor(Terms calldata terms, uint64 validUntil, Signature calldata signature) external nonReentrant {
        _decline(terms, _requireSigned(terms, Messages.DECLINE, validUntil, signature, terms.provider));
    }

    /// @inheritdoc IPaymentChannels
    function withdrawUnconfirmed(Terms calldata terms) external nonReentrant {
        bytes32 channelId = _channelId(terms, _domainSeparatorV4());
        PackedChannel channel = _loadIn(channelId, Status.Opened);
        if (block.timestamp < channel.deadline()) {
            revert ConfirmTimeoutRuns(channelId, channel.deadline(), block.timestamp);
        }
        uint256 refunded = _cancel(terms, channelId, channel, Status.Expired);
        emit ChannelExpired(channelId, refunded);
        _pay(terms.consumer, refunded);
    }

    /// @inheritdoc IPaymentChannels
    function topUp(Terms calldata terms, uint64 newCapacity) external nonReentrant {
        _requireConsumer(terms);
        _topUp(terms, _channelId(terms, _domainSeparatorV4()), newCapacity);
    }

    /// @inheritdoc IPaymentChannels
    function topUpFor(Terms calldata terms, uint64 newCapacity, uint64 validUntil, Signature calldata signature)
        external
        nonReentrant
    {
        Messages.requireValid(validUntil);
        bytes32 separator = _domainSeparatorV4();
        bytes32 channelId = _channelId(terms, separator);
        Signatures.requireSigner(
            Messages.digest(separator, Messages.TOP_UP, channelId, newCapacity, validUntil), signature, terms.consumer
        );
        _topUp(terms, channelId, newCapacity);
    }

    function _open(Terms calldata terms, bytes32 channelId) private {
        uint256 capacityKB = _create(terms, channelId, Status.Opened, block.timestamp + _CONFIRM_TIMEOUT);
        // A lock that nobody could confirm would only hold the deposit until the timeout.
        if (terms.kind == Limits.KIND_LOCK) _providers[terms.provider].requireKindAllowed(terms.provider, terms.kind);
        _pull(terms.consumer, Settlement.deposit(capacityKB, terms.pricePerMB, terms.kind));
    }

    /// @dev Stores and announces a channel that never was.
    function _create(Terms calldata terms, bytes32 channelId, Status status, uint256 deadline)
        private
        returns (uint256 capacityKB)
    {
        capacityKB = terms.validate();
        PackedChannel channel = _loadIn(channelId, Status.None);
        _channels[channelId] = channel.withCapacityKB(capacityKB).withStatus(status, deadline);
        emit ChannelOpened(
            channelId,
            terms.consumer,
            terms.provider,
            terms.capacity,
            terms.pricePerMB,
            terms.tolerance,
            terms.kind,
            terms.salt,
            uint40(deadline)
        );
    }

    function _confirm(Terms calldata terms, bytes32 channelId) private {
        PackedChannel channel = _loadIn(channelId, Status.Opened);
        if (block.timestamp >= channel.deadline()) {
            revert ConfirmTimeoutOver(channelId, channel.deadline(), block.timestamp);
        }
        _providers.take(terms.provider, terms.kind);
        _channels[channelId] = channel.withStatus(Status.Active, 0);
        emit ChannelConfirmed(channelId);
    }

    function _decline(Terms calldata terms, bytes32 channelId) private {
        PackedChannel channel = _loadIn(channelId, Status.Opened);
        uint256 refunded = _cancel(terms, channelId, channel, Status.Declined);
        emit ChannelDeclined(channelId, refunded);
        _pay(terms.consumer, refunded);
    }

    /// @dev Ends an opened channel; its whole deposit is the refund.
    function _cancel(Terms calldata terms, bytes32 channelId, PackedChannel channel, Status status)
        private
        returns (uint256 refunded)
    {
        _channels[channelId] = channel.withStatus(status, 0);
        return Settlement.deposit(channel.capacityKB(), terms.pricePerMB, terms.kind);
    }

    function _topUp(Terms calldata terms, bytes32 channelId, uint64 newCapacity) private {
        PackedChannel channel = _channels[channelId];
        if (!channel.isIn(Status.Opened) && !channel.isIn(Status.Active)) {
            revert WrongStatus(channelId, channel.status(), Status.Active);
        }
        uint256 newCapacityKB = TermsRules.toCapacityKB(newCapacity);
        if (newCapacityKB <= channel.capacityKB()) {
            revert CapacityNotRaised(newCapacity, _toBytes(channel.capacityKB()));
        }
        // The difference of two deposits, not the deposit of the difference: roundings must not add up.
        uint256 deposited = Settlement.deposit(newCapacityKB, terms.pricePerMB, terms.kind)
            - Settlement.deposit(channel.capacityKB(), terms.pricePerMB, terms.kind);
        _channels[channelId] = channel.withCapacityKB(newCapacityKB);
        emit ChannelToppedUp(channelId, newCapacity, deposited);
        _pull(terms.consumer, deposited);
    }

    /// @dev Reverts unless `signer` signed the message `typeHash` (channelId, validUntil) for these terms.
    function _requireSigned(
        Terms calldata terms,
        bytes32 typeHash,
        uint64 validUntil,
        Signature calldata signature,
        address signer
    ) private view returns (bytes32 channelId) {
        Messages.requireValid(validUntil);
        bytes32 separator = _domainSeparatorV4();
        channelId = _channelId(terms, separator);
        Signatures.requireSigner(Messages.digest(separator, typeHash, channelId, validUntil), signature, signer);
    }

    function _requireConsumer(Terms calldata terms) private view {
        if (msg.sender != terms.consumer) revert NotConsumer(msg.sender, terms.consumer);
    }

    function _requireProvider(Terms calldata terms) private view {
        if (msg.sender != terms.provider) revert NotProvider(msg.sender, terms.provider);
    }
}
