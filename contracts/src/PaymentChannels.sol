// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {ChannelOpening} from "./ChannelOpening.sol";
import {ChannelStore} from "./ChannelStore.sol";
import {Escrow} from "./Escrow.sol";
import {IPaymentChannels} from "./interfaces/IPaymentChannels.sol";
import {ProxyRegistry} from "./ProxyRegistry.sol";
import {Evidence} from "./libraries/Evidence.sol";
import {Limits} from "./libraries/Limits.sol";
import {Messages} from "./libraries/Messages.sol";
import {Payouts} from "./libraries/Payouts.sol";
import {Providers} from "./libraries/Providers.sol";
import {Refusal} from "./libraries/Refusal.sol";
import {Settlement} from "./libraries/Settlement.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {PackedChannel, Status} from "./types/Channel.sol";
import {PackedProvider} from "./types/Provider.sol";
import {Signature} from "./types/Signature.sol";
import {SignedUnit} from "./types/SignedUnit.sol";
import {Terms} from "./types/Terms.sol";

/// @title The escrow of the Tachyon protocol
/// @notice See `IPaymentChannels` for the rules and `IProxyRegistry` for proxies. This part holds the calls that pay
/// and end channels; each writes its state and its event before any token moves.
contract PaymentChannels is ChannelOpening {
    using Evidence for SignedUnit;
    using Payouts for Payouts.List;
    using Providers for mapping(address => PackedProvider);

    /// @notice Tries the token and fixes the periods for ever.
    /// @param token_ A plain, burnable ERC-20. The deployer must have given the address of this contract an allowance
    /// for 10,000 base units: the constructor tries the token with them, gives half back and burns half.
    /// @param confirmTimeout_ Seconds that a provider has to confirm; 5 hours by default.
    /// @param challengePeriod_ Seconds between startClose and settle; 12 hours by default.
    /// @param proxyBond_ Base units that a proxy posts.
    /// @param leavingDelay_ Seconds between a proxy's notice and its bond; 7 days by default.
    constructor(
        IERC20 token_,
        uint256 confirmTimeout_,
        uint256 challengePeriod_,
        uint256 proxyBond_,
        uint256 leavingDelay_
    ) Escrow(token_) ProxyRegistry(proxyBond_, leavingDelay_) ChannelStore(confirmTimeout_, challengePeriod_) {}

    /// @inheritdoc IPaymentChannels
    function claim(Terms calldata terms, SignedUnit calldata unit) external nonReentrant {
        bytes32 separator = _domainSeparatorV4();
        (uint256 amount, bytes memory refusal) = _claim(terms, unit, _channelId(terms, separator), separator);
        Refusal.raise(refusal);
        _pay(terms.provider, amount);
    }

    /// @inheritdoc IPaymentChannels
    function claimMany(Claim[] calldata claims) external nonReentrant {
        bytes32 separator = _domainSeparatorV4();
        Payouts.List memory payouts = Payouts.create(claims.length);
        for (uint256 i = 0; i < claims.length; ++i) {
            Terms calldata terms = claims[i].terms;
            bytes32 channelId = _channelId(terms, separator);
            (uint256 amount, bytes memory refusal) = _claim(terms, claims[i].unit, channelId, separator);
            if (refusal.length != 0) emit BatchItemSkipped(i, channelId, refusal);
            else payouts.add(terms.provider, amount);
        }
        for (uint256 i = 0; i < payouts.count; ++i) {
            _pay(payouts.payees[i], payouts.amounts[i]);
        }
    }

    /// @inheritdoc IPaymentChannels
    function cooperativeClose(
        Terms calldata terms,
        uint64 bytesUsed,
        uint64 validUntil,
        Signature calldata consumerSignature,
        Signature calldata providerSignature
    ) external nonReentrant {
        Messages.requireValid(validUntil);
        bytes32 separator = _domainSeparatorV4();
        bytes32 channelId = _channelId(terms, separator);
        PackedChannel channel = _channels[channelId];
        if (!channel.isIn(Status.Active) && !channel.isIn(Status.Closing)) {
            revert WrongStatus(channelId, channel.status(), Status.Active);
        }
        uint256 closingKB = bytesUsed / Limits.BYTES_PER_KB;
        if (_toBytes(closingKB) != bytesUsed) revert BytesNotWholeKB(bytesUsed);
        if (closingKB < channel.paidKB()) revert ClosureBelowPaid(channelId, bytesUsed, _toBytes(channel.paidKB()));
        if (closingKB > channel.capacityKB()) {
            revert ClosureAboveCapacity(channelId, bytesUsed, _toBytes(channel.capacityKB()));
        }
        bytes32 digest = Messages.digest(separator, Messages.CLOSURE, channelId, bytesUsed, validUntil);
        (address consumer, address provider) = (terms.consumer, terms.provider);
        Signatures.requireParty(digest, consumerSignature, consumer);
        Signatures.requireParty(digest, providerSignature, provider);

        (uint256 paidNow,, uint256 refunded) = _end(terms, channelId, channel, closingKB, closingKB);
        emit ChannelClosed(channelId, bytesUsed);
        _pay(provider, paidNow);
        _pay(consumer, refunded);
    }

    /// @inheritdoc IPaymentChannels
    function startClose(Terms calldata terms, SignedUnit calldata consumerUnit, SignedUnit calldata providerUnit)
        external
        nonReentrant
    {
        _requireParty(terms, msg.sender);
        bytes32 separator = _domainSeparatorV4();
        _startClose(terms, consumerUnit, providerUnit, _channelId(terms, separator), separator);
    }

    /// @inheritdoc IPaymentChannels
    function startCloseFor(
        Terms calldata terms,
        SignedUnit calldata consumerUnit,
        SignedUnit calldata providerUnit,
        uint64 validUntil,
        Signature calldata signature
    ) external nonReentrant {
        Messages.requireValid(validUntil);
        bytes32 separator = _domainSeparatorV4();
        bytes32 channelId = _channelId(terms, separator);
        address signer = Signatures.recover(Messages.digest(separator, Messages.CLOSE, channelId, validUntil), signature);
        if (signer == address(0)) Refusal.raise(Signatures.malformed(signature));
        _requireParty(terms, signer);
        _startClose(terms, consumerUnit, providerUnit, channelId, separator);
    }

    /// @inheritdoc IPaymentChannels
    function challenge(Terms calldata terms, SignedUnit calldata unit) external nonReentrant {
        bytes32 separator = _domainSeparatorV4();
        bytes32 channelId = _channelId(terms, separator);
        PackedChannel channel = _loadIn(channelId, Status.Closing);
        if (!Evidence.isWholeKB(unit.bytesUsed)) revert BytesNotWholeKB(unit.bytesUsed);
        address signer = unit.signerOf(terms, channelId, separator);
        if (signer == address(0)) Refusal.raise(Signatures.malformed(unit.signature));
        _requireParty(terms, signer);

        // Each side's count only grows, whatever the other's is: whoever comes last moves nothing down.
        bool isConsumers = signer == terms.consumer;
        uint256 shownKB = unit.clippedKB(channel.capacityKB());
        uint256 recordedKB = isConsumers ? channel.consumerKB() : channel.providerKB();
        if (shownKB <= recordedKB) revert RaisesNothing(channelId, unit.bytesUsed, _toBytes(recordedKB));
        channel = isConsumers ? channel.withConsumerKB(shownKB) : channel.withProviderKB(shownKB);
        _channels[channelId] = channel;
        emit ChannelChallenged(channelId, _toBytes(channel.consumerKB()), _toBytes(channel.providerKB()));
    }

    /// @inheritdoc IPaymentChannels
    function settle(Terms calldata terms) external nonReentrant {
        Refusal.raise(_settle(terms, _channelId(terms, _domainSeparatorV4())));
    }

    /// @inheritdoc IPaymentChannels
    function settleMany(Terms[] calldata channels) external nonReentrant {
        bytes32 separator = _domainSeparatorV4();
        for (uint256 i = 0; i < channels.length; ++i) {
            bytes32 channelId = _channelId(channels[i], separator);
            bytes memory refusal = _settle(channels[i], channelId);
            if (refusal.length != 0) emit BatchItemSkipped(i, channelId, refusal);
        }
    }

    /// @dev Records a claim. Returns what it pays, or why it is refused; then nothing has changed.
    function _claim(Terms calldata terms, SignedUnit calldata unit, bytes32 channelId, bytes32 separator)
        private
        returns (uint256 amount, bytes memory refusal)
    {
        PackedChannel channel = _channels[channelId];
        if (!channel.isIn(Status.Active)) {
            return (0, abi.encodeWithSelector(WrongStatus.selector, channelId, channel.status(), Status.Active));
        }
        refusal = unit.refusal(terms, terms.consumer, channelId, separator);
        if (refusal.length != 0) return (0, refusal);
        uint256 earlierKB = channel.paidKB();
        uint256 shownKB = unit.clippedKB(channel.capacityKB());
        if (shownKB <= earlierKB) {
            refusal = abi.encodeWithSelector(RaisesNothing.selector, channelId, unit.bytesUsed, _toBytes(earlierKB));
            return (0, refusal);
        }

        _channels[channelId] = channel.withPaidKB(shownKB).withConsumerKB(shownKB);
        (uint256 pricePerMB, uint8 kind) = (terms.pricePerMB, terms.kind);
        amount = Settlement.price(shownKB, pricePerMB, kind) - Settlement.price(earlierKB, pricePerMB, kind);
        emit ChannelClaimed(channelId, _toBytes(shownKB), amount);
    }

    function _startClose(
        Terms calldata terms,
        SignedUnit calldata consumerUnit,
        SignedUnit calldata providerUnit,
        bytes32 channelId,
        bytes32 separator
    ) private {
        PackedChannel channel = _loadIn(channelId, Status.Active);
        uint256 capacityKB = channel.capacityKB();
        uint256 consumerKB = _shownKB(terms, consumerUnit, capacityKB, terms.consumer, channelId, separator);
        uint256 providerKB = _shownKB(terms, providerUnit, capacityKB, terms.provider, channelId, separator);
        // A unit below what is recorded is no error here: a claim of the same unit may have come first.
        if (consumerKB < channel.consumerKB()) consumerKB = channel.consumerKB();
        uint256 deadline = block.timestamp + _CHALLENGE_PERIOD;
        _channels[channelId] =
            channel.withConsumerKB(consumerKB).withProviderKB(providerKB).withStatus(Status.Closing, deadline);
        emit ChannelClosing(channelId, _toBytes(consumerKB), _toBytes(providerKB), uint40(deadline));
    }

    /// @dev KB that an optional unit of `party` states, clipped to the capacity.
    function _shownKB(
        Terms calldata terms,
        SignedUnit calldata unit,
        uint256 capacityKB,
        address party,
        bytes32 channelId,
        bytes32 separator
    ) private pure returns (uint256) {
        if (unit.bytesUsed == 0) return 0;
        Refusal.raise(unit.refusal(terms, party, channelId, separator));
        return unit.clippedKB(capacityKB);
    }

    /// @dev Settles a channel whose deadline has come. Returns why not, if so; then nothing has changed.
    function _settle(Terms calldata terms, bytes32 channelId) private returns (bytes memory refusal) {
        PackedChannel channel = _channels[channelId];
        if (!channel.isIn(Status.Closing)) {
            return abi.encodeWithSelector(WrongStatus.selector, channelId, channel.status(), Status.Closing);
        }
        if (block.timestamp < channel.deadline()) {
            return
                abi.encodeWithSelector(ChallengePeriodRuns.selector, channelId, channel.deadline(), block.timestamp);
        }

        uint256 consumerKB = channel.consumerKB();
        uint256 providerKB = channel.providerKB();
        uint256 chargedKB = Settlement.chargedKB(consumerKB, providerKB, terms.tolerance);
        (uint256 paidNow, uint256 paid, uint256 refunded) = _end(terms, channelId, channel, consumerKB, chargedKB);
        uint256 burned = Settlement.price(chargedKB, terms.pricePerMB, terms.kind) - paid;
        emit ChannelSettled(channelId, _toBytes(consumerKB), _toBytes(providerKB), paid, burned, refunded);
        _pay(terms.provider, paidNow);
        _pay(terms.consumer, refunded);
        _burn(burned);
    }

    /// @notice The last write of an active or closing channel: it is settled, its slot is free.
    /// @return paidNow What the provider is still to get for `finalKB`.
    /// @return paid What it gets over the channel's whole life.
    /// @return refunded What is left of the deposit after charging for `chargedKB`.
    function _end(Terms calldata terms, bytes32 channelId, PackedChannel channel, uint256 finalKB, uint256 chargedKB)
        private
        returns (uint256 paidNow, uint256 paid, uint256 refunded)
    {
        (uint256 pricePerMB, uint8 kind) = (terms.pricePerMB, terms.kind);
        _channels[channelId] = channel.withPaidKB(finalKB).withStatus(Status.Settled, 0);
        _providers.release(terms.provider, kind);
        paid = Settlement.price(finalKB, pricePerMB, kind);
        uint256 charged = chargedKB == finalKB ? paid : Settlement.price(chargedKB, pricePerMB, kind);
        // Prices only grow with the count, and a deposit is never below the price of its capacity.
        unchecked {
            paidNow = paid - Settlement.price(channel.paidKB(), pricePerMB, kind);
            refunded = Settlement.deposit(channel.capacityKB(), pricePerMB, kind) - charged;
        }
    }

    function _requireParty(Terms calldata terms, address account) private pure {
        if (account != terms.consumer && account != terms.provider) {
            revert NotParty(account, terms.consumer, terms.provider);
        }
    }
}
