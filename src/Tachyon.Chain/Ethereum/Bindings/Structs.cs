using System.Numerics;
using Nethereum.ABI.FunctionEncoding.Attributes;

namespace Tachyon.Chain.Ethereum.Bindings;

// The contract's structs, member by member in its order. Nethereum fills and reads the properties by reflection.

/// <summary>struct Terms</summary>
internal sealed class TermsStruct
{
    [Parameter("address", "consumer", 1)]
    public string Consumer { get; set; } = "";

    [Parameter("address", "provider", 2)]
    public string Provider { get; set; } = "";

    [Parameter("uint64", "capacity", 3)]
    public ulong Capacity { get; set; }

    [Parameter("uint96", "pricePerMB", 4)]
    public BigInteger PricePerMB { get; set; }

    [Parameter("uint32", "tolerance", 5)]
    public uint Tolerance { get; set; }

    [Parameter("uint8", "kind", 6)]
    public byte Kind { get; set; }

    [Parameter("bytes32", "salt", 7)]
    public byte[] Salt { get; set; } = [];

    public static TermsStruct Of(Terms terms) => new()
    {
        Consumer = terms.Consumer.ToString(),
        Provider = terms.Provider.ToString(),
        Capacity = terms.CapacityBytes,
        PricePerMB = terms.PricePerMB.BaseUnits,
        Tolerance = terms.TolerancePpm,
        Kind = (byte)terms.Kind,
        Salt = terms.Salt.ToArray(),
    };

    public Terms ToTerms() => new(
        Address.Parse(Consumer),
        Address.Parse(Provider),
        Capacity,
        new TokenAmount(PricePerMB),
        Tolerance,
        (ChannelKind)Kind,
        Bytes32.FromBytes(Salt));
}

/// <summary>struct Signature</summary>
internal sealed class SignatureStruct
{
    [Parameter("bytes32", "r", 1)]
    public byte[] R { get; set; } = new byte[32];

    [Parameter("bytes32", "s", 2)]
    public byte[] S { get; set; } = new byte[32];

    [Parameter("uint8", "v", 3)]
    public byte V { get; set; }

    public static SignatureStruct Of(Signature signature) => new()
    {
        R = signature.R.ToArray(),
        S = signature.S.ToArray(),
        V = signature.V,
    };

    public Signature ToSignature() => new(Bytes32.FromBytes(R), Bytes32.FromBytes(S), V);
}

/// <summary>struct SignedUnit</summary>
internal sealed class SignedUnitStruct
{
    [Parameter("uint64", "index", 1)]
    public ulong Index { get; set; }

    [Parameter("uint64", "bytesUsed", 2)]
    public ulong BytesUsed { get; set; }

    [Parameter("uint64", "timestamp", 3)]
    public ulong Timestamp { get; set; }

    [Parameter("bytes32", "counterUnit", 4)]
    public byte[] CounterUnit { get; set; } = new byte[32];

    [Parameter("tuple", "signature", 5)]
    public SignatureStruct Signature { get; set; } = new();

    /// <summary>Where a unit is optional, all zero says that there is none.</summary>
    public static SignedUnitStruct Of(SignedUnit? unit) => unit is null
        ? new SignedUnitStruct()
        : new SignedUnitStruct
        {
            Index = unit.Unit.Index,
            BytesUsed = unit.Unit.BytesUsed,
            Timestamp = unit.Unit.TimestampMs,
            CounterUnit = unit.Unit.CounterUnit.ToArray(),
            Signature = SignatureStruct.Of(unit.Signature),
        };

    /// <summary>The unit, with the channel and parties that a unit on chain does not repeat.</summary>
    public SignedUnit ToUnit(TermsStruct terms, Eip712Domain domain)
    {
        var channel = terms.ToTerms();
        return new SignedUnit(
            new UsageUnit(
                channel.ChannelId(domain),
                Index,
                BytesUsed,
                channel.Consumer,
                channel.Provider,
                Timestamp,
                Bytes32.FromBytes(CounterUnit)),
            Signature.ToSignature());
    }

    /// <summary>The unit, or null for the one that says there is none.</summary>
    public SignedUnit? ToOptionalUnit(TermsStruct terms, Eip712Domain domain)
        => BytesUsed == 0 ? null : ToUnit(terms, domain);
}

/// <summary>struct Permit</summary>
internal sealed class PermitStruct
{
    [Parameter("uint256", "value", 1)]
    public BigInteger Value { get; set; }

    [Parameter("uint256", "deadline", 2)]
    public BigInteger Deadline { get; set; }

    [Parameter("tuple", "signature", 3)]
    public SignatureStruct Signature { get; set; } = new();

    // The nonce is the token's to know, so it is not part of the call.
    public ChainCall ToCall(Terms terms, Eip712Domain domain) => new ChainCall.OpenWithPermit(terms, new SignedPermit(
        new Permit(terms.Consumer, domain.VerifyingContract, new TokenAmount(Value), 0, (ulong)Deadline),
        Signature.ToSignature()));
}

/// <summary>struct Claim</summary>
internal sealed class ClaimStruct
{
    [Parameter("tuple", "terms", 1)]
    public TermsStruct Terms { get; set; } = new();

    [Parameter("tuple", "unit", 2)]
    public SignedUnitStruct Unit { get; set; } = new();
}

/// <summary>struct ChannelView</summary>
internal sealed class ChannelViewStruct
{
    [Parameter("uint8", "status", 1)]
    public byte Status { get; set; }

    [Parameter("uint64", "capacity", 2)]
    public ulong Capacity { get; set; }

    [Parameter("uint64", "paidBytes", 3)]
    public ulong PaidBytes { get; set; }

    [Parameter("uint64", "consumerBytes", 4)]
    public ulong ConsumerBytes { get; set; }

    [Parameter("uint64", "providerBytes", 5)]
    public ulong ProviderBytes { get; set; }

    [Parameter("uint40", "deadline", 6)]
    public ulong Deadline { get; set; }

    public ChannelView ToView()
        => new((ChannelStatus)Status, Capacity, PaidBytes, ConsumerBytes, ProviderBytes, Deadline);
}
