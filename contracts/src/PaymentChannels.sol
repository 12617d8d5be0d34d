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
import {Channel, Status} from "./types/Channel.sol";
import {Provider} from "./types/Provider.sol";
import {Signature} from "./types/Signature.sol";
import {SignedUnit} from "./types/SignedUnit.sol";
import {Terms} from "./types/Terms.sol";

/// @title The escrow of the Tachyon protocol
/// @notice See `IPaymentChannels` for the rules and `IProxyRegistry` for proxies. This part holds the calls that pay
/// and end channels; each writes its state and its event before any token moves.
contract PaymentChannels is ChannelOpening {
    using Evidence for SignedUnit;
    using Payouts for Payouts.List;
    using Providers for mapping(address => Provider);

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
        Channel memory channel = _load(channelId);
        if (channel.status != Status.Active && channel.status != Status.Closing) {
            revert WrongStatus(channelId, channel.status, Status.Active);
        }
        if (bytesUsed % Limits.BYTES_PER_KB != 0) revert BytesNotWholeKB(bytesUsed);
        if (bytesUsed < _toBytes(channel.paidKB)) {
            revert ClosureBelowPaid(channelId, bytesUsed, _toBytes(channel.paidKB));
        }
        if (bytesUsed > _toBytes(channel.capacityKB)) {
            revert ClosureAboveCapacity(channelId, bytesUsed, _toBytes(channel.capacityKB));
        }
        bytes32 digest = Messages.digest(separator, Messages.CLOSURE, channelId, bytesUsed, validUntil);
        Signatures.requireSigner(digest, consumerSignature, terms.consumer);
        Signatures.requireSigner(digest, providerSignature, terms.provider);

        uint256 earlier = Settlement.price(channel.paidKB, terms.pricePerMB, terms.kind);
        channel.paidKB = uint48(bytesUsed / Limits.BYTES_PER_KB);
        uint256 paid = Settlement.price(channel.paidKB, terms.pricePerMB, terms.kind);
        uint256 refunded = Settlement.deposit(channel.capacityKB, terms.pricePerMB, terms.kind) - paid;
        _end(terms, channelId, channel);
        emit ChannelClosed(channelId, bytesUsed, paid, refunded);
        _pay(terms.provider, paid - earlier);
        _pay(terms.consumer, refunded);
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
        (address signer, bytes memory refusal) =
            Signatures.recover(Messages.digest(separator, Messages.CLOSE, channelId, validUntil), signature);
        Refusal.raise(refusal);
        _requireParty(terms, signer);
        _startClose(terms, consumerUnit, providerUnit, channelId, separator);
    }

    /// @inheritdoc IPaymentChannels
    function challenge(Terms calldata terms, SignedUnit calldata unit) external nonReentrant {
        bytes32 separator = _domainSeparatorV4();
        bytes32 channelId = _channelId(terms, separator);
        Channel memory channel = _loadIn(channelId, Status.Closing);
        (address signer, bytes memory refusal) = unit.signerOf(terms, channelId, separator);
        Refusal.raise(refusal);
        _requireParty(terms, signer);

        // Each side's counts only grow, whatever the other's say: whoever comes last moves nothing down.
        uint48 shownKB = unit.clippedKB(channel.capacityKB);
        uint48 recordedKB = signer == terms.consumer ? channel.consumerKB : channel.providerKB;
        if (shownKB <= recordedKB) revert RaisesNothing(channelId, unit.bytesUsed, _toBytes(recordedKB));
        if (signer == terms.consumer) channel.consumerKB = shownKB;
        else channel.providerKB = shownKB;
        _save(channelId, channel);
        emit ChannelChallenged(channelId, _toBytes(channel.consumerKB), _toBytes(channel.providerKB));
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
        Channel memory channel = _load(channelId);
        if (channel.status != Status.Active) {
            refusal = abi.encodeWithSelector(WrongStatus.selector, channelId, channel.status, Status.Active);
            return (amount, refusal);
        }
        address signer;
        (signer, refusal) = unit.signerOf(terms, channelId, separator);
        if (refusal.length != 0) return (amount, refusal);
        if (signer != terms.consumer) {
            refusal = abi.encodeWithSelector(WrongSigner.selector, signer, terms.consumer);
            return (amount, refusal);
        }
        uint48 shownKB = unit.clippedKB(channel.capacityKB);
        if (shownKB <= channel.paidKB) {
            refusal =
                abi.encodeWithSelector(RaisesNothing.selector, channelId, unit.bytesUsed, _toBytes(channel.paidKB));
            return (amount, refusal);
        }

        amount = Settlement.price(shownKB, terms.pricePerMB, terms.kind)
            - Settlement.price(channel.paidKB, terms.pricePerMB, terms.kind);
        channel.paidKB = shownKB;
        channel.consumerKB = shownKB;
        _save(channelId, channel);
        emit ChannelClaimed(channelId, _toBytes(shownKB), amount);
    }

    function _startClose(
        Terms calldata terms,
        SignedUnit calldata consumerUnit,
        SignedUnit calldata providerUnit,
        bytes32 channelId,
        bytes32 separator
    ) private {
        Channel memory channel = _loadIn(channelId, Status.Active);
        // Units below what is recorded are no error here: a claim of the same unit may have come first.
        uint48 shownKB = _shownKB(terms, consumerUnit, channel.capacityKB, terms.consumer, channelId, separator);
        if (shownKB > channel.consumerKB) channel.consumerKB = shownKB;
        channel.providerKB = _shownKB(terms, providerUnit, channel.capacityKB, terms.provider, channelId, separator);
        channel.deadline = uint40(block.timestamp + _CHALLENGE_PERIOD);
        channel.status = Status.Closing;
        _save(channelId, channel);
        emit ChannelClosing(
            channelId, _toBytes(channel.consumerKB), _toBytes(channel.providerKB), channel.deadline
        );
    }

    /// @dev KB that an optional unit of `party` states, clipped to the capacity.
    function _shownKB(
        Terms calldata terms,
        SignedUnit calldata unit,
        uint48 capacityKB,
        address party,
        bytes32 channelId,
        bytes32 separator
    ) private pure returns (uint48) {
        if (unit.bytesUsed == 0) return 0;
        (address signer, bytes memory refusal) = unit.signerOf(terms, channelId, separator);
        Refusal.raise(refusal);
        if (signer != party) revert WrongSigner(signer, party);
        return unit.clippedKB(capacityKB);
    }

    /// @dev Settles a channel whose deadline has come. Returns why not, if so; then nothing has changed.
    function _settle(Terms calldata terms, bytes32 channelId) private returns (bytes memory refusal) {
        Channel memory channel = _load(channelId);
        if (channel.status != Status.Closing) {
            return abi.encodeWithSelector(WrongStatus.selector, channelId, channel.status, Status.Closing);
        }
        if (block.timestamp < channel.deadline) {
            return abi.encodeWithSelector(
                ChallengePeriodRuns.selector, channelId, channel.deadline, block.timestamp
            );
        }

        uint256 chargedKB = Settlement.chargedKB(channel.consumerKB, channel.providerKB, terms.tolerance);
        uint256 earlier = Settlement.price(channel.paidKB, terms.pricePerMB, terms.kind);
        uint256 paid = Settlement.price(channel.consumerKB, terms.pricePerMB, terms.kind);
        uint256 charged = Settlement.price(chargedKB, terms.pricePerMB, terms.kind);
        uint256 refunded = Settlement.deposit(channel.capacityKB, terms.pricePerMB, terms.kind) - charged;
        channel.paidKB = channel.consumerKB;
        _end(terms, channelId, channel);
        emit ChannelSettled(
            channelId,
            _toBytes(channel.consumerKB),
            _toBytes(channel.providerKB),
            paid,
            charged - paid,
            refunded
        );
        _pay(terms.provider, paid - earlier);
        _pay(terms.consumer, refunded);
        _burn(charged - paid);
    }

    /// @dev The last write of an active or closing channel: it is settled and its slot is free.
    function _end(Terms calldata terms, bytes32 channelId, Channel memory channel) private {
        channel.status = Status.Settled;
        channel.deadline = 0;
        _save(channelId, channel);
        _providers.release(terms.provider, terms.kind);
    }

    function _requireParty(Terms calldata terms, address account) private pure {
        if (account != terms.consumer && account != terms.provider) {
            revert NotParty(account, terms.consumer, terms.provider);
        }
    }
}
