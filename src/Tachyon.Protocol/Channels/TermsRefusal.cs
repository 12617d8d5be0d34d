namespace Tachyon.Protocol.Channels;

/// <summary>Why terms, or a new capacity, are refused (protocol, "Terms, channel id, life").</summary>
public enum TermsFault
{
    /// <summary>No fault.</summary>
    None = 0,

    /// <summary>The consumer is the zero address.</summary>
    ConsumerMissing = 1,

    /// <summary>The provider is the zero address.</summary>
    ProviderMissing = 2,

    /// <summary>Consumer and provider are the same node.</summary>
    SelfChannel = 3,

    /// <summary>The capacity is zero.</summary>
    CapacityZero = 4,

    /// <summary>The capacity is not a multiple of 1,000 bytes.</summary>
    CapacityNotWholeKB = 5,

    /// <summary>The capacity is above (2^48 − 1) KB.</summary>
    CapacityTooLarge = 6,

    /// <summary>A top-up that does not raise the capacity.</summary>
    CapacityNotRaised = 7,

    /// <summary>The price is zero.</summary>
    PriceZero = 8,

    /// <summary>The price does not fit 96 bits.</summary>
    PriceTooLarge = 9,

    /// <summary>The tolerance is above 100 %.</summary>
    ToleranceTooLarge = 10,

    /// <summary>The kind is neither direct nor lock.</summary>
    KindUnknown = 11,
}

/// <summary>A refusal of terms with the value at fault and what would have been right.</summary>
public sealed record TermsRefusal(TermsFault Fault, string Actual, string Expected)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => $"{Fault}: {Actual}, expected {Expected}";
}
