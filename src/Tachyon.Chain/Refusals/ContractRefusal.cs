using System.Numerics;

namespace Tachyon.Chain;

/// <summary>
/// Why the contracts refuse a call: one record for each custom error, with its values. Byte counts are bytes, times
/// Unix seconds, amounts base units.
/// </summary>
public abstract record ContractRefusal
{
    private ContractRefusal()
    {
    }

    /// <summary>The channel is not in the status that the call needs.</summary>
    public sealed record WrongStatus(ChannelId Channel, ChannelStatus Actual, ChannelStatus Expected) : ContractRefusal;

    /// <summary>Only the consumer may call this.</summary>
    public sealed record NotConsumer(Address Caller, Address Consumer) : ContractRefusal;

    /// <summary>Only the provider may call this.</summary>
    public sealed record NotProvider(Address Caller, Address Provider) : ContractRefusal;

    /// <summary>Only a party may call or sign this.</summary>
    public sealed record NotParty(Address Account, Address Consumer, Address Provider) : ContractRefusal;

    /// <summary>The signature is another account's, or over another message.</summary>
    public sealed record WrongSigner(Address Recovered, Address Expected) : ContractRefusal;

    /// <summary>The signature is not in the one form that is accepted.</summary>
    public sealed record MalformedSignature(byte V, Bytes32 R, Bytes32 S) : ContractRefusal;

    /// <summary>The message is no longer valid.</summary>
    public sealed record SignatureExpired(BigInteger ValidUntil, BigInteger Now) : ContractRefusal;

    /// <summary>The message is valid for longer than allowed.</summary>
    public sealed record ValidityTooLong(BigInteger ValidUntil, BigInteger LatestAllowed) : ContractRefusal;

    /// <summary>A capacity is a positive multiple of 1,000 bytes.</summary>
    public sealed record CapacityNotWholeKB(BigInteger Capacity) : ContractRefusal;

    /// <summary>The capacity is above the maximum.</summary>
    public sealed record CapacityTooLarge(BigInteger Capacity, BigInteger Maximum) : ContractRefusal;

    /// <summary>A top-up must raise the capacity.</summary>
    public sealed record CapacityNotRaised(BigInteger NewCapacity, BigInteger Capacity) : ContractRefusal;

    /// <summary>Nothing is for free.</summary>
    public sealed record ZeroPrice : ContractRefusal;

    /// <summary>The provider is the zero address.</summary>
    public sealed record ZeroProvider : ContractRefusal;

    /// <summary>Nobody opens a channel with itself.</summary>
    public sealed record SelfChannel(Address Account) : ContractRefusal;

    /// <summary>The tolerance is above a million parts per million.</summary>
    public sealed record ToleranceTooHigh(BigInteger Tolerance, BigInteger Maximum) : ContractRefusal;

    /// <summary>A kind is 1 or 2.</summary>
    public sealed record UnknownKind(byte Kind) : ContractRefusal;

    /// <summary>It is too late to confirm.</summary>
    public sealed record ConfirmTimeoutOver(ChannelId Channel, BigInteger Deadline, BigInteger Now) : ContractRefusal;

    /// <summary>The provider may still confirm.</summary>
    public sealed record ConfirmTimeoutRuns(ChannelId Channel, BigInteger Deadline, BigInteger Now) : ContractRefusal;

    /// <summary>It is too early to settle.</summary>
    public sealed record ChallengePeriodRuns(ChannelId Channel, BigInteger Deadline, BigInteger Now) : ContractRefusal;

    /// <summary>All slots of the provider are taken.</summary>
    public sealed record NoFreeSlot(Address Provider, BigInteger Maximum) : ContractRefusal;

    /// <summary>A proxy has no direct channels.</summary>
    public sealed record ProviderIsProxy(Address Provider) : ContractRefusal;

    /// <summary>The provider of a lock must be a proxy.</summary>
    public sealed record ProviderNotProxy(Address Provider) : ContractRefusal;

    /// <summary>Units and closures state whole KB.</summary>
    public sealed record BytesNotWholeKB(BigInteger BytesUsed) : ContractRefusal;

    /// <summary>The unit states no more than is recorded of its signer.</summary>
    public sealed record RaisesNothing(ChannelId Channel, BigInteger BytesUsed, BigInteger RecordedBytes) : ContractRefusal;

    /// <summary>The closure is below what claims have paid.</summary>
    public sealed record ClosureBelowPaid(ChannelId Channel, BigInteger BytesUsed, BigInteger PaidBytes) : ContractRefusal;

    /// <summary>The closure is above the capacity.</summary>
    public sealed record ClosureAboveCapacity(ChannelId Channel, BigInteger BytesUsed, BigInteger Capacity) : ContractRefusal;

    /// <summary>The token did not deliver the exact amount.</summary>
    public sealed record TransferNotExact(BigInteger Received, BigInteger Expected) : ContractRefusal;

    /// <summary>There is no contract at the token's address.</summary>
    public sealed record TokenWithoutCode(Address Token) : ContractRefusal;

    /// <summary>The token takes a fee or does not burn what it says.</summary>
    public sealed record TokenNotPlain(Address Token, BigInteger Actual, BigInteger Expected) : ContractRefusal;

    /// <summary>A period given at deployment is out of range.</summary>
    public sealed record PeriodOutOfRange(BigInteger PeriodSeconds, BigInteger MaximumSeconds) : ContractRefusal;

    /// <summary>The account is in another standing as a proxy.</summary>
    public sealed record WrongProxyStatus(Address Account, ProxyStanding Actual, ProxyStanding Expected) : ContractRefusal;

    /// <summary>A provider with direct channels cannot become a proxy.</summary>
    public sealed record DirectChannelsActive(Address Account, BigInteger ActiveDirect) : ContractRefusal;

    /// <summary>A proxy with unsettled locks cannot have its bond.</summary>
    public sealed record LocksActive(Address Account, BigInteger ActiveLocks) : ContractRefusal;

    /// <summary>The leaving delay is not over.</summary>
    public sealed record LeavingDelayRuns(Address Account, BigInteger LeavesAt, BigInteger Now) : ContractRefusal;

    /// <summary>The call came from within another one, which only a hostile token can bring about.</summary>
    public sealed record ReentrancyGuardReentrantCall : ContractRefusal;

    /// <summary>The token refused a transfer without giving a reason.</summary>
    public sealed record SafeERC20FailedOperation(Address Token) : ContractRefusal;

    /// <summary>The payer has too few tokens.</summary>
    public sealed record InsufficientBalance(Address Account, TokenAmount Balance, TokenAmount Needed) : ContractRefusal;

    /// <summary>The payer has allowed too few tokens.</summary>
    public sealed record InsufficientAllowance(Address Spender, TokenAmount Allowance, TokenAmount Needed) : ContractRefusal;

    /// <summary>A revert that is none of the contracts' errors; its data as hexadecimal, or its text.</summary>
    public sealed record Unrecognised(string Data) : ContractRefusal;
}
