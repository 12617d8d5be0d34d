// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChannelView, Status} from "../types/Channel.sol";
import {Signature} from "../types/Signature.sol";
import {SignedUnit} from "../types/SignedUnit.sol";
import {Terms} from "../types/Terms.sol";

/// @title Payment channels of the Tachyon protocol, version 1
/// @notice The escrow between consumers, who buy bytes, and providers, who sell them. It has no owner, no upgrade and
/// no pause: a deposit leaves only by the rules below. Byte counts are in bytes here, money in base units of the
/// token, time in seconds.
/// @dev EIP-712 domain: name "Tachyon", version "1", chain id, this contract. Terms travel with every call; the
/// channel id is their digest, so wrong terms name a channel that does not exist (`WrongStatus` with `None`).
interface IPaymentChannels {
    // ------------------------------------------------------------------------------------------------ types

    /// @notice An EIP-2612 permit of the consumer for this contract.
    /// @param value Base units that the permit allows.
    /// @param deadline Seconds, inclusive.
    /// @param signature The consumer's.
    struct Permit {
        uint256 value;
        uint256 deadline;
        Signature signature;
    }

    /// @notice One claim of a batch.
    /// @param terms The channel's terms.
    /// @param unit A unit of its consumer.
    struct Claim {
        Terms terms;
        SignedUnit unit;
    }

    // ----------------------------------------------------------------------------------------------- events

    /// @notice A deposit for these terms is in escrow; the provider may confirm before `confirmBefore`
    /// (seconds; zero when the channel opened straight to active).
    event ChannelOpened(
        bytes32 indexed channelId,
        address indexed consumer,
        address indexed provider,
        uint64 capacity,
        uint96 pricePerMB,
        uint32 tolerance,
        uint8 kind,
        bytes32 salt,
        uint40 confirmBefore
    );

    /// @notice The provider accepted: the channel is active.
    event ChannelConfirmed(bytes32 indexed channelId);

    /// @notice The provider declined; the deposit went back to the consumer.
    event ChannelDeclined(bytes32 indexed channelId, uint256 refunded);

    /// @notice The provider did not confirm in time; the deposit went back to the consumer.
    event ChannelExpired(bytes32 indexed channelId, uint256 refunded);

    /// @notice The capacity is now `capacity` bytes, for which the consumer paid in `deposited` more.
    event ChannelToppedUp(bytes32 indexed channelId, uint64 capacity, uint256 deposited);

    /// @notice The provider was paid `amount` for the bytes up to `bytesPaid`.
    event ChannelClaimed(bytes32 indexed channelId, uint64 bytesPaid, uint256 amount);

    /// @notice The challenge period runs until `deadline` (seconds), with these counts so far.
    event ChannelClosing(bytes32 indexed channelId, uint64 consumerBytes, uint64 providerBytes, uint40 deadline);

    /// @notice A higher unit was shown; these are the counts now.
    event ChannelChallenged(bytes32 indexed channelId, uint64 consumerBytes, uint64 providerBytes);

    /// @notice Settled by the units shown. `paid` is what the provider got over the channel's whole life, claims
    /// included; deposit = paid + burned + refunded.
    event ChannelSettled(
        bytes32 indexed channelId,
        uint64 consumerBytes,
        uint64 providerBytes,
        uint256 paid,
        uint256 burned,
        uint256 refunded
    );

    /// @notice Closed by both signatures on `bytesUsed`: the provider got its price, claims included, and the consumer
    /// the rest of the deposit.
    /// @dev Both amounts follow from the terms; to repeat them here would cost every close 500 gas.
    event ChannelClosed(bytes32 indexed channelId, uint64 bytesUsed);

    /// @notice Item `position` of a batch was left out; `reason` is the custom error, encoded, that the same call
    /// alone would have ended with.
    event BatchItemSkipped(uint256 position, bytes32 indexed channelId, bytes reason);

    // ----------------------------------------------------------------------------------------------- errors

    /// @notice The channel is not in the status that the call needs. Calls that allow two statuses name the usual one.
    error WrongStatus(bytes32 channelId, Status actual, Status expected);

    /// @notice Only the consumer itself may call this, or anyone with its signature.
    error NotConsumer(address caller, address consumer);

    /// @notice Only the provider itself may call this, or anyone with its signature.
    error NotProvider(address caller, address provider);

    /// @notice Only a party of the channel may call or sign this.
    error NotParty(address account, address consumer, address provider);

    /// @notice The signature is another account's. A message signed for other terms, another channel, chain or
    /// contract recovers an account at random and ends here too.
    error WrongSigner(address recovered, address expected);

    /// @notice v is not 27 or 28, s is in the upper half, or the signature recovers nobody.
    error MalformedSignature(uint8 v, bytes32 r, bytes32 s);

    /// @notice The message ended at `validUntil`.
    error SignatureExpired(uint256 validUntil, uint256 nowSeconds);

    /// @notice The message is valid for longer than the protocol allows.
    error ValidityTooLong(uint256 validUntil, uint256 latestAllowed);

    /// @notice A capacity is a positive multiple of 1,000 bytes.
    error CapacityNotWholeKB(uint256 capacity);

    /// @notice Capacities above (2^48 − 1) KB are refused.
    error CapacityTooLarge(uint256 capacity, uint256 maximum);

    /// @notice A top-up must raise the capacity.
    error CapacityNotRaised(uint256 newCapacity, uint256 capacity);

    /// @notice Nothing is for free.
    error ZeroPrice();

    /// @notice The provider is the zero address.
    error ZeroProvider();

    /// @notice Nobody opens a channel with itself.
    error SelfChannel(address account);

    /// @notice A tolerance is at most 1,000,000 parts per million.
    error ToleranceTooHigh(uint256 tolerance, uint256 maximum);

    /// @notice A kind is 1 (direct) or 2 (lock).
    error UnknownKind(uint8 kind);

    /// @notice Confirming ended at `deadline`.
    error ConfirmTimeoutOver(bytes32 channelId, uint256 deadline, uint256 nowSeconds);

    /// @notice The provider may confirm until `deadline`.
    error ConfirmTimeoutRuns(bytes32 channelId, uint256 deadline, uint256 nowSeconds);

    /// @notice Units may be shown until `deadline`.
    error ChallengePeriodRuns(bytes32 channelId, uint256 deadline, uint256 nowSeconds);

    /// @notice All slots of the provider are taken.
    error NoFreeSlot(address provider, uint256 maximum);

    /// @notice A proxy has no direct channels.
    error ProviderIsProxy(address provider);

    /// @notice The provider of a lock is a registered proxy that is not leaving.
    error ProviderNotProxy(address provider);

    /// @notice Units and closures state whole KB.
    error BytesNotWholeKB(uint256 bytesUsed);

    /// @notice The unit states no more than is recorded of its signer.
    error RaisesNothing(bytes32 channelId, uint256 bytesUsed, uint256 recordedBytes);

    /// @notice A closure cannot take back what claims have paid.
    error ClosureBelowPaid(bytes32 channelId, uint256 bytesUsed, uint256 paidBytes);

    /// @notice A closure cannot exceed the capacity.
    error ClosureAboveCapacity(bytes32 channelId, uint256 bytesUsed, uint256 capacity);

    /// @notice The token did not deliver the exact amount.
    error TransferNotExact(uint256 received, uint256 expected);

    /// @notice There is no contract at the token's address.
    error TokenWithoutCode(address token);

    /// @notice The token failed the constructor's trial: it takes a fee, or does not burn what it says.
    error TokenNotPlain(address token, uint256 actual, uint256 expected);

    /// @notice A period given to the constructor is zero or longer than the maximum.
    error PeriodOutOfRange(uint256 periodSeconds, uint256 maximumSeconds);

    // ---------------------------------------------------------------------------------------------- opening

    /// @notice Puts the deposit for `terms` in escrow. By the consumer, with an allowance for the deposit.
    /// @return channelId The digest of the terms.
    function open(Terms calldata terms) external returns (bytes32 channelId);

    /// @notice `open` with an EIP-2612 permit instead of an earlier allowance. A permit that fails is ignored when
    /// the allowance suffices, since someone else may have submitted it first.
    function openWithPermit(Terms calldata terms, Permit calldata permit) external returns (bytes32 channelId);

    /// @notice `open` and `confirm` in one, with the provider's Acceptance(channelId, expiry): straight to active.
    /// @param terms The terms that the provider accepted.
    /// @param expiry Seconds, inclusive, at most 600 ahead.
    /// @param acceptance The provider's signature.
    function openAccepted(Terms calldata terms, uint64 expiry, Signature calldata acceptance)
        external
        returns (bytes32 channelId);

    /// @notice `open` by anyone with the consumer's Open(channelId, validUntil); the deposit is the consumer's.
    function openFor(Terms calldata terms, uint64 validUntil, Signature calldata signature)
        external
        returns (bytes32 channelId);

    /// @notice Accepts an opened channel before its deadline; a direct one takes a slot. By the provider.
    function confirm(Terms calldata terms) external;

    /// @notice `confirm` by anyone with the provider's Confirm(channelId, validUntil).
    function confirmFor(Terms calldata terms, uint64 validUntil, Signature calldata signature) external;

    /// @notice Refuses an opened channel and returns the deposit. By the provider.
    function decline(Terms calldata terms) external;

    /// @notice `decline` by anyone with the provider's Decline(channelId, validUntil).
    function declineFor(Terms calldata terms, uint64 validUntil, Signature calldata signature) external;

    /// @notice Returns the deposit of a channel that was not confirmed in time. By anyone, to the consumer.
    function withdrawUnconfirmed(Terms calldata terms) external;

    /// @notice Raises the capacity of an opened or active channel to `newCapacity` bytes and takes the difference of
    /// the deposits. By the consumer.
    function topUp(Terms calldata terms, uint64 newCapacity) external;

    /// @notice `topUp` by anyone with the consumer's TopUp(channelId, newCapacity, validUntil).
    function topUpFor(Terms calldata terms, uint64 newCapacity, uint64 validUntil, Signature calldata signature)
        external;

    // ---------------------------------------------------------------------------------------------- payment

    /// @notice Pays the provider of an active channel up to a unit of the consumer; the channel stays active. By
    /// anyone.
    function claim(Terms calldata terms, SignedUnit calldata unit) external;

    /// @notice Many claims, with one transfer per provider. An item that cannot be claimed is skipped with
    /// `BatchItemSkipped`.
    function claimMany(Claim[] calldata claims) external;

    /// @notice Pays and closes an active or closing channel by both parties' Closure(channelId, bytesUsed,
    /// validUntil). By anyone.
    function cooperativeClose(
        Terms calldata terms,
        uint64 bytesUsed,
        uint64 validUntil,
        Signature calldata consumerSignature,
        Signature calldata providerSignature
    ) external;

    /// @notice Starts the challenge period of an active channel. By a party.
    /// @param terms The channel's terms.
    /// @param consumerUnit A unit of the consumer, or none (`bytesUsed == 0`).
    /// @param providerUnit A unit of the provider, or none (`bytesUsed == 0`).
    function startClose(Terms calldata terms, SignedUnit calldata consumerUnit, SignedUnit calldata providerUnit)
        external;

    /// @notice `startClose` by anyone with a party's Close(channelId, validUntil).
    function startCloseFor(
        Terms calldata terms,
        SignedUnit calldata consumerUnit,
        SignedUnit calldata providerUnit,
        uint64 validUntil,
        Signature calldata signature
    ) external;

    /// @notice Shows a higher unit of either party of a closing channel, at any time until it is settled. By anyone.
    /// Never moves the deadline.
    function challenge(Terms calldata terms, SignedUnit calldata unit) external;

    /// @notice Pays, burns and refunds by the units shown, from the deadline of a closing channel on. By anyone.
    function settle(Terms calldata terms) external;

    /// @notice Many settlements. An item that cannot be settled is skipped with `BatchItemSkipped`.
    function settleMany(Terms[] calldata channels) external;

    // ------------------------------------------------------------------------------------------------ views

    /// @notice The channel's status and counts; all zero for a channel that never was.
    function getChannel(bytes32 channelId) external view returns (ChannelView memory);

    /// @notice Slots of `provider` taken by direct channels.
    function activeChannels(address provider) external view returns (uint256);

    /// @notice The id that `terms` have on this chain and contract.
    function channelIdOf(Terms calldata terms) external view returns (bytes32);

    /// @notice The EIP-712 domain separator.
    function domainSeparator() external view returns (bytes32);

    /// @notice The token of all deposits.
    function token() external view returns (address);

    /// @notice Seconds that a provider has to confirm.
    function confirmTimeout() external view returns (uint256);

    /// @notice Seconds between startClose and settle.
    function challengePeriod() external view returns (uint256);

    /// @notice Bytes of a checkpoint.
    function checkpointBytes() external view returns (uint256);

    /// @notice Slots of a provider.
    function maxActiveChannels() external view returns (uint256);

    /// @notice Per cent that a lock pays on top of the price.
    function proxyFeePercent() external view returns (uint256);

    /// @notice Seconds that a `validUntil` may lie ahead.
    function maxValidity() external view returns (uint256);

    /// @notice Seconds that an acceptance's expiry may lie ahead.
    function maxAcceptanceValidity() external view returns (uint256);

    /// @notice Bytes above which a capacity is refused.
    function maxCapacity() external view returns (uint256);
}
